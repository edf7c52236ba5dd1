/** The other side of `worker.ts`: starts a run in a thread of its own. */
import { Worker } from 'node:worker_threads'
import { errorFrom, RunError } from '../core/errors.ts'
import type { Command, Outcome, SessionEvent, SessionNews, SessionRequest } from './protocol.ts'

export interface Session {
  /** Rejects with what the run threw: ExperimentError, RunError, or a bug. */
  readonly outcome: Promise<Outcome>
  send(command: Command): void
  /** Ends the thread at once; the record keeps what was written. */
  terminate(): Promise<number>
}

export function startSession(request: SessionRequest, onNews: (news: SessionNews) => void): Session {
  const script = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
  const worker = new Worker(new URL(script, import.meta.url), { workerData: request })
  const outcome = new Promise<Outcome>((resolve, reject) => {
    worker.on('message', (event: SessionEvent) => {
      if (event.kind === 'done') resolve(event.outcome)
      else if (event.kind === 'failed') reject(errorFrom(event.error))
      else onNews(event)
    })
    worker.on('error', reject)
    worker.on('exit', code => reject(new RunError(`the swarm's thread ended with code ${code}`)))
  })
  return { outcome, send: command => worker.postMessage(command), terminate: () => worker.terminate() }
}
