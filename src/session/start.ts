/**
 * The other side of `worker.ts`: starts a run in a thread of its own, and where somebody looks on, its rivals and what theory says of it in
 * two others.
 */
import { rivalsOf } from '../aggregation/names.ts'
import { errorFrom, RunError } from '../core/errors.ts'
import { placeWithin } from '../experiment/problem.ts'
import { type FaultEvent, parseEvent } from '../faults/schema.ts'
import { readReplay } from '../records/replay.ts'
import { readResumable } from '../records/resume.ts'
import { type Beside, NOT_COMPARED, startRivals } from './beside.ts'
import { foretell } from './long-run.ts'
import type { Command, Outcome, SessionEvent, SessionNews, SessionRequest } from './protocol.ts'
import type { Compared } from './rivals-protocol.ts'
import { endThread, startThread } from './thread.ts'

export interface Session {
  /** Rejects with what the run threw: ExperimentError, RunError, or a bug. */
  readonly outcome: Promise<Outcome>
  /** `stop` when the run is over ends its rivals. */
  send(command: Command): void
  /** Ends the threads at once; the record keeps what was written. The rivals answer until then, also when all is over. */
  terminate(): Promise<void>
}

/** Throws an ExperimentError where somebody looks on and the record that the run goes on from cannot be read. */
export function startSession(request: SessionRequest, onNews: (news: SessionNews) => void): Session {
  return request.watched === true ? startWatched(request, onNews) : startRun(request, onNews)
}

/** The run; what its thread prints goes to `onLine`, or where this thread prints. */
function startRun(
  request: SessionRequest,
  onNews: (news: SessionNews) => void,
  onLine?: (line: string) => void
): Session {
  const worker = startThread('worker', request, onLine)
  const outcome = new Promise<Outcome>((resolve, reject) => {
    worker.on('message', (event: SessionEvent) => {
      if (event.kind === 'done') resolve(event.outcome)
      else if (event.kind === 'failed') reject(errorFrom(event.error))
      else onNews(event)
    })
    worker.on('error', reject)
    worker.on('exit', code => reject(new RunError(`the swarm's thread ended with code ${code}`)))
  })
  return {
    outcome,
    send: command => worker.postMessage(command),
    terminate: () => endThread(worker)
  }
}

/** The run, with its rivals beside it as soon as it has begun. */
function startWatched(request: SessionRequest, onNews: (news: SessionNews) => void): Session {
  const { experiment } = request
  const past = { commanded: commandedBefore(request) }
  let rivals: Beside | undefined
  let endForetelling = async (): Promise<void> => {}
  let isOver = false
  let isStopping = false
  const run = startRun(
    request,
    news => {
      follow(news)
      onNews(news)
    },
    text => onNews({ kind: 'note', text })
  )

  function follow(news: SessionNews): void {
    switch (news.kind) {
      case 'begins':
        rivals = startRivals({ experiment, past }, onNews)
        endForetelling = foretell(experiment, news.stage, onNews)
        return
      case 'happened':
        rivals?.learn({ commanded: [news.event] })
        return
      case 'observed': {
        // Between two measured rounds there is nothing to compare with.
        const round = news.observation.sample?.round
        if (round !== undefined && round !== rivals?.round) rivals?.advance(round)
      }
    }
  }

  /** Who was told to stop does not wait for rivals. */
  async function compared({ result }: Outcome): Promise<Compared> {
    if (rivals === undefined || result === undefined) return NOT_COMPARED
    if (rivals.round < result.round) {
      if (isStopping) return NOT_COMPARED
      const [aggregation = 'none'] = rivalsOf(experiment.aggregation, false)
      onNews({ kind: 'comparing', aggregation })
    }
    return rivals.finish(result.round)
  }

  async function outcomeWithRivals(): Promise<Outcome> {
    const outcome = await run.outcome
    isOver = true
    return { ...outcome, ...(await compared(outcome)) }
  }

  return {
    outcome: outcomeWithRivals(),
    send(command) {
      isStopping ||= command.kind === 'stop'
      if (command.kind === 'stop' && isOver) void rivals?.terminate()
      else run.send(command)
      if (command.kind === 'inspect' && experiment.aggregation !== 'none')
        rivals?.inspect('none', command.peer)
    },
    async terminate() {
      await Promise.all([run.terminate(), rivals?.terminate(), endForetelling()])
    }
  }
}

/** The commands that the run took before it is taken up again, or gone through again. */
function commandedBefore({ record, replay }: SessionRequest): readonly FaultEvent[] {
  if (replay !== null) return readReplay(replay).commanded
  if (record.kind !== 'resume') return []
  const { commanded } = readResumable(record.run).checkpoint.faults
  return commanded.map((event, k) => parseEvent(event, placeWithin(`command ${k}`)))
}
