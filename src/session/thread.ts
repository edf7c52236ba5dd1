/** How threads of a session are started and ended. */
import { Worker } from 'node:worker_threads'
import { eachLine } from '../core/each-line.ts'

/** Runs the `script` of this folder, which is given `data`. What it prints goes to `onLine`, or where this thread prints. */
export function startThread(script: string, data: unknown, onLine?: (line: string) => void): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const isCaught = onLine !== undefined
  const worker = new Worker(new URL(`./${script}.${extension}`, import.meta.url), {
    workerData: data,
    stdout: isCaught,
    stderr: isCaught
  })
  if (isCaught) for (const output of [worker.stdout, worker.stderr]) eachLine(output, onLine)
  return worker
}

/** Ends a thread at once: whatever it still has to tell is not heard. */
export async function endThread(worker: Worker): Promise<void> {
  worker.removeAllListeners('message')
  await worker.terminate()
}
