/** The thread that a record is read in: the name of a run in, events out. It has the clock of what is played. */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '../core/assert.ts'
import { plainError } from '../core/errors.ts'
import type { Command } from './protocol.ts'
import type { WatchEvent } from './watch-protocol.ts'
import { openWatching } from './watching.ts'

/** No more samples are told than the eye can follow. */
const PLAY_EVERY_MS = 100
const FOLLOW_EVERY_MS = 250

const port = present(parentPort, 'the port of the thread that started this one')
const post = (event: WatchEvent): void => port.postMessage(event)
const timers: NodeJS.Timeout[] = []

function fail(error: unknown): void {
  post({ kind: 'failed', error: plainError(error) })
  for (const timer of timers) clearInterval(timer)
  port.close()
}

/** What a timer or a message does; where it fails, nothing goes on. */
const guarded =
  <T>(action: (given: T) => void) =>
  (given: T): void => {
    try {
      action(given)
    } catch (error) {
      fail(error)
    }
  }

try {
  const watching = await openWatching(workerData as string, { post, clock: () => performance.now() / 1000 })
  const play = guarded(() => watching.play())
  const follow = guarded(() => watching.follow())
  port.on(
    'message',
    guarded((command: Command) => watching.obey(command))
  )
  timers.push(setInterval(play, PLAY_EVERY_MS), setInterval(follow, FOLLOW_EVERY_MS))
} catch (error) {
  fail(error)
}
