/** How threads of a session are started. */
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'

/** Runs the `script` of this folder, which is given `data`. What it prints goes to `onLine`, or where this thread prints. */
export function startThread(script: string, data: unknown, onLine?: (line: string) => void): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const isCaught = onLine !== undefined
  const worker = new Worker(new URL(`./${script}.${extension}`, import.meta.url), {
    workerData: data,
    stdout: isCaught,
    stderr: isCaught
  })
  if (isCaught) {
    for (const input of [worker.stdout, worker.stderr]) {
      createInterface({ input }).on('line', line => {
        if (line.trim() !== '') onLine(line)
      })
    }
  }
  return worker
}
