/** The other side of `rivals-worker.ts`: starts rivals in a thread of their own, and asks them for one round at a time. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { Past } from '../faults/schedule.ts'
import type { SessionNews } from './protocol.ts'
import type { Compared, RivalsOrder, RivalsReport, RivalsRequest } from './rivals-protocol.ts'
import { endThread, startThread } from './thread.ts'

export interface Beside {
  /** The round that they were brought to last; they are not asked to go on before it is told. */
  readonly round: number
  /** They are to come to `round`, and tell so; rounds that are asked for before they are free are left out. */
  advance(round: number): void
  /** What the run has gone through since it was told last, before later rounds are asked for. */
  learn(past: Past): void
  /** A peer of a rival, or of the run, which is simulated for it: as it is after the round that was asked for last. */
  inspect(aggregation: AggregationSpec, peer: number): void
  /** Their figures at `round`, the run's last, to which they are brought if they are not past it; none if the thread ends before. */
  finish(round: number): Promise<Compared>
  /** Ends the thread at once. */
  terminate(): Promise<void>
}

/** Nothing to compare with. */
export const NOT_COMPARED: Compared = { rivals: [], divergedRivals: [] }

/** `onNews` is told `rivals`, `inspected`, and as `note` what the thread prints and what it fails with. */
export function startRivals(request: RivalsRequest, onNews: (news: SessionNews) => void): Beside {
  const note = (text: string): void => onNews({ kind: 'note', text })
  const worker = startThread('rivals-worker', request, note)
  const send = (order: RivalsOrder): void => worker.postMessage(order)
  let round = 0
  let asked: number | undefined
  let next: number | undefined
  let isOver = false
  let settle: (compared: Compared) => void = () => {}

  function ask(wanted: number): void {
    asked = wanted
    next = undefined
    send({ kind: 'advance', round: wanted })
  }

  function hear(report: RivalsReport): void {
    switch (report.kind) {
      case 'rivals':
        onNews(report)
        // Else it was on its way when another round was asked for.
        if (report.round !== asked) return
        round = report.round
        asked = undefined
        if (next !== undefined) ask(next)
        return
      case 'inspected':
        onNews(report)
        return
      case 'compared':
        settle(report.compared)
        return
      case 'failed':
        fail(report.error.message)
    }
  }

  function fail(reason: string): void {
    if (isOver) return
    note(`the comparison ended: ${reason}`)
    end()
  }

  function end(): void {
    isOver = true
    settle(NOT_COMPARED)
  }

  worker.on('message', hear)
  worker.on('error', ({ message }) => fail(message))
  worker.on('exit', code => fail(`its thread ended with code ${code}`))

  return {
    get round() {
      return round
    },
    advance(wanted) {
      if (asked === undefined || wanted < asked) ask(wanted)
      else next = wanted === asked ? undefined : wanted
    },
    learn: past => send({ kind: 'learn', past }),
    inspect: (aggregation, peer) => send({ kind: 'inspect', aggregation, peer }),
    finish(last) {
      return new Promise(resolve => {
        settle = resolve
        if (isOver) return resolve(NOT_COMPARED)
        next = undefined
        if ((asked ?? round) < last) asked = last
        send({ kind: 'finish', round: last })
      })
    },
    async terminate() {
      end()
      await endThread(worker)
    }
  }
}
