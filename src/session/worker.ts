/** The thread that a swarm runs in: a request in, events out, commands polled between rounds. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { present } from '../core/assert.ts'
import type { Command, SessionEvent, SessionRequest } from './protocol.ts'
import { runSession } from './session.ts'

const port = present(parentPort, 'the port of the thread that started this one')
const post = (event: SessionEvent): void => port.postMessage(event)

let stopping = false
function stopRequested(): boolean {
  for (
    let received = receiveMessageOnPort(port);
    received !== undefined;
    received = receiveMessageOnPort(port)
  ) {
    const command = received.message as Command
    if (command.kind === 'stop') stopping = true
  }
  return stopping
}

try {
  const outcome = await runSession(workerData as SessionRequest, {
    post,
    stopRequested,
    clock: () => performance.now() / 1000,
    date: () => new Date()
  })
  post({ kind: 'done', outcome })
} catch (error) {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  post({ kind: 'failed', error: { name, message, stack: stack ?? '' } })
}
