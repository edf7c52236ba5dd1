/**
 * The other side of `watch-worker.ts`: starts to show a record, and beside it the rivals that its run is compared with and what theory says
 * of it.
 */
import type { AggregationSpec } from '../aggregation/names.ts'
import { errorFrom, RunError } from '../core/errors.ts'
import { type Beside, startRivals } from './beside.ts'
import { foretell } from './long-run.ts'
import type { Command, SessionNews, Stage } from './protocol.ts'
import { endThread, startThread } from './thread.ts'
import type { WatchEvent } from './watch-protocol.ts'

/** What a `Session` is to a run. */
export interface Watch {
  /** Resolves when it was stopped; rejects with an ExperimentError where the record cannot be shown. */
  readonly ended: Promise<void>
  send(command: Command): void
  /** Ends the threads at once. */
  terminate(): Promise<void>
}

/** Shows the record in the folder `run`, or in `runs/<run>`: `onNews` is told what it would be told of a run. */
export function startWatching(run: string, onNews: (news: SessionNews) => void): Watch {
  const worker = startThread('watch-worker', run, text => onNews({ kind: 'note', text }))
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  let rivals: Beside | undefined
  /** Until it is known which experiment it is of. */
  let stage: Stage | undefined
  let endForetelling = async (): Promise<void> => {}
  let aggregation: AggregationSpec = 'none'
  /** The measured round that the rivals were asked for last. */
  let asked = 0

  function hear(event: WatchEvent): void {
    switch (event.kind) {
      case 'begins':
        stage = event.stage
        onNews(event)
        return
      case 'compare':
        if (stage !== undefined) endForetelling = foretell(event.request.experiment, stage, onNews)
        stage = undefined
        void rivals?.terminate()
        rivals = startRivals(event.request, onNews)
        aggregation = event.request.experiment.aggregation
        asked = 0
        return
      case 'learned':
        rivals?.learn(event.past)
        return
      case 'failed':
        reject(errorFrom(event.error))
        void terminate()
        return
      case 'observed': {
        onNews(event)
        const round = event.observation.sample?.round ?? asked
        if (round !== asked) rivals?.advance(round)
        asked = round
        return
      }
      default:
        onNews(event)
    }
  }

  /** The run is gone through again for what its peers know. */
  function inspect(peer: number): void {
    for (const name of new Set([aggregation, 'none'] as const)) rivals?.inspect(name, peer)
  }

  async function terminate(): Promise<void> {
    resolve()
    await Promise.all([endThread(worker), rivals?.terminate(), endForetelling()])
  }

  worker.on('message', hear)
  worker.on('error', reject)
  worker.on('exit', code => reject(new RunError(`the thread that reads the record ended with code ${code}`)))
  return {
    ended,
    send(command) {
      if (command.kind === 'stop') void terminate()
      else if (command.kind === 'inspect') inspect(command.peer)
      else worker.postMessage(command)
    },
    terminate
  }
}
