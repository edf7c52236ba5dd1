/** Who computes cells: so many threads, each with one cell at a time. */
import { type MessagePort, Worker } from 'node:worker_threads'
import { present } from '../core/assert.ts'
import { errorFrom, type PlainError, plainError } from '../core/errors.ts'

export interface Crew {
  /** How many cells it computes at a time. */
  readonly size: number
  /** Rejects if the crew is dismissed meanwhile. */
  compute(settings: unknown): Promise<unknown>
  dismiss(): Promise<void>
}

type Answer = { readonly result: unknown } | { readonly error: PlainError }

/** Threads of `script`, each told `task` when it begins; they answer settings with an `Answer`. */
export function crewOf(script: URL, task: unknown, size: number): Crew {
  const workers = Array.from({ length: size }, () => new Worker(script, { workerData: task }))
  const idle = [...workers]
  return {
    size,
    compute(settings) {
      const worker = present(idle.pop(), 'a thread with nothing to do')
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const ended = () => reject(new Error('a thread ended before its cell was computed'))
      worker.once('error', reject)
      worker.once('exit', ended)
      worker.once('message', (answer: Answer) => {
        worker.off('error', reject)
        worker.off('exit', ended)
        idle.push(worker)
        if ('error' in answer) reject(errorFrom(answer.error))
        else resolve(answer.result)
      })
      worker.postMessage(settings)
      return promise
    },
    async dismiss() {
      await Promise.all(workers.map(worker => worker.terminate()))
    }
  }
}

/** What a thread of a crew does: answers settings with what `compute` makes of them. */
export function answerWith(
  port: MessagePort,
  compute: (settings: unknown) => unknown | Promise<unknown>
): void {
  port.on('message', async (settings: unknown) => {
    let answer: Answer
    try {
      answer = { result: await compute(settings) }
    } catch (error) {
      answer = { error: plainError(error) }
    }
    port.postMessage(answer)
  })
}
