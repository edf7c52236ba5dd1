/** The thread that a swarm runs in: a request in, events out, commands polled between rounds. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { present } from '../core/assert.ts'
import { plainError } from '../core/errors.ts'
import type { Command, SessionEvent, SessionRequest } from './protocol.ts'
import { runSession } from './session.ts'

const WATCH_MS = 500

const port = present(parentPort, 'the port of the thread that started this one')
const post = (event: SessionEvent): void => port.postMessage(event)

function commands(): Command[] {
  const came: Command[] = []
  for (
    let received = receiveMessageOnPort(port);
    received !== undefined;
    received = receiveMessageOnPort(port)
  ) {
    came.push(received.message as Command)
  }
  return came
}

function watch(look: () => void): () => void {
  const timer = setInterval(look, WATCH_MS)
  return () => clearInterval(timer)
}

let inspect: (peer: number) => Promise<void> = async () => {}

const rest = (seconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, 1000 * seconds))

function hear(command: Command): void {
  if (command.kind !== 'inspect') return
  inspect(command.peer).catch((error: unknown) => post({ kind: 'note', text: String(error) }))
}

try {
  const outcome = await runSession(workerData as SessionRequest, {
    post,
    commands,
    rest,
    watch,
    clock: () => performance.now() / 1000,
    date: () => new Date(),
    afterwards: answer => {
      inspect = answer
      // Keeps the thread, until it is ended from outside.
      port.on('message', hear)
    }
  })
  post({ kind: 'done', outcome })
} catch (error) {
  post({ kind: 'failed', error: plainError(error) })
}
