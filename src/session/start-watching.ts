/** The other side of `watch-worker.ts`: starts to show a record, and beside it the rivals that its run is compared with. */
import type { AggregationName } from '../aggregation/names.ts'
import { errorFrom, RunError } from '../core/errors.ts'
import { type Beside, startRivals } from './beside.ts'
import type { Command, Observation, SessionNews } from './protocol.ts'
import { type Replayed, startReplayed } from './replayed.ts'
import type { RivalsRequest } from './rivals-protocol.ts'
import { startThread } from './thread.ts'
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
  let replayed: Replayed | undefined
  let aggregation: AggregationName = 'none'
  /** What the run is known to have gone through, where that is more than the rivals were told. */
  let more: RivalsRequest | undefined
  /** The measured round that is shown. */
  let round = 0

  function compare(request: RivalsRequest): void {
    void endRivals()
    const started = startRivals(request, news => {
      if (rivals === started) onNews(news)
    })
    rivals = started
    aggregation = request.experiment.aggregation
    if (round > 0) rivals.advance(round)
  }

  /** The rivals were told to go through the run again, too, unless more has happened in it by now. */
  function inspect(peer: number): void {
    rivals?.inspect('none', peer)
    if (aggregation === 'none') return
    if (more === undefined) rivals?.inspect(aggregation, peer)
    else {
      replayed ??= startReplayed(onNews)
      replayed.inspect(more, peer, round)
    }
  }

  function observed({ sample }: Observation): void {
    if (sample === undefined || sample.round === round) return
    round = sample.round
    rivals?.advance(round)
  }

  function hear(event: WatchEvent): void {
    switch (event.kind) {
      case 'compare':
        compare(event.request)
        return
      case 'learned':
        rivals?.learn(event.event)
        return
      case 'asked':
        more = event.request ?? more
        inspect(event.peer)
        return
      case 'failed':
        reject(errorFrom(event.error))
        void terminate()
        return
      case 'observed':
        onNews(event)
        observed(event.observation)
        return
      default:
        onNews(event)
    }
  }

  async function endRivals(): Promise<void> {
    const ended = [rivals?.terminate(), replayed?.terminate()]
    rivals = undefined
    replayed = undefined
    more = undefined
    await Promise.all(ended)
  }

  async function terminate(): Promise<void> {
    resolve()
    await Promise.all([worker.terminate(), endRivals()])
  }

  worker.on('message', hear)
  worker.on('error', reject)
  worker.on('exit', code => reject(new RunError(`the thread that reads the record ended with code ${code}`)))
  return {
    ended,
    send(command) {
      if (command.kind === 'stop') void terminate()
      else worker.postMessage(command)
    },
    terminate
  }
}
