/** Who computes cells: so many threads, each with one cell at a time. */
import { Worker } from 'node:worker_threads'
import { present } from '../core/assert.ts'
import { errorFrom, type PlainError } from '../core/errors.ts'

export interface Crew {
  /** How many cells it computes at a time. */
  readonly size: number
  /** Rejects if the crew is dismissed meanwhile. */
  compute(settings: unknown): Promise<unknown>
  dismiss(): Promise<void>
}

/** What a thread is told when it begins. */
export interface Task {
  readonly figure: string
}

export type Answer = { readonly result: unknown } | { readonly error: PlainError }

/** For cells of `figure`. */
export function crewOf(figure: string, size: number): Crew {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const script = new URL(`./crew-worker.${extension}`, import.meta.url)
  const workers = Array.from(
    { length: size },
    () => new Worker(script, { workerData: { figure } satisfies Task })
  )
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
