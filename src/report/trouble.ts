/** What went wrong in a run, in sentences: who is stopped, what did not come, whom it was waited for, what was dropped. */
import { isCorrected } from '../aggregation/names.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { withoutCopies } from './copies.ts'
import { count, figure, named } from './format.ts'

/** More are not named. */
const NAMED = 4

/** A sum of corrections below this is rounding. */
const ROUNDING = 1e-9

/** Empty where nothing went wrong. */
export function troubleInWords(
  { experiment: { peers }, withFaults, rivals }: Pick<Outcome, 'experiment' | 'withFaults' | 'rivals'>,
  result: Result
): string[] {
  const isSound = !withFaults && result.traffic.missing === 0
  return [
    ...stopped(result, peers),
    ...missing(result),
    ...waitedFor(result, peers),
    ...dropped(result, peers),
    ...refused(result),
    ...(isSound ? [] : conserved(result, rivals))
  ]
}

function stopped({ stopped, swarm }: Result, peers: number): string[] {
  if (stopped.length === 0) return []
  const live = peers - stopped.length
  const figures = swarm.fixedPointError === null ? 'the errors' : 'θ* and the errors'
  return [
    `Stopped in the end: ${named(stopped, peers)}; ${figures} are those of the ` +
      (live === 1 ? 'peer that takes part.' : `${count(live)} peers that take part.`)
  ]
}

function missing({ traffic: { messages, missing } }: Result): string[] {
  return missing === 0
    ? []
    : [
        `${count(missing)} of ${count(messages + missing)} messages did not come in time and were done without.`
      ]
}

function waitedFor({ perPeer }: Result, peers: number): string[] {
  const deadlines = counted(perPeer.waitedFor, peers)
  return deadlines === '' ? [] : [`Waited for until the deadline, and how often: ${deadlines}.`]
}

function refused({ traffic }: Result): string[] {
  if (traffic.refused === 0) return []
  return [`Connections refused, of strangers or of swarms with another key: ${count(traffic.refused)}.`]
}

function dropped({ aggregation, perPeer }: Result, peers: number): string[] {
  return Object.entries(withoutCopies(aggregation, perPeer.dropped)).flatMap(([reason, bySender]) => {
    const senders = counted(bySender, peers)
    if (senders === '') return []
    const messages = bySender.reduce((total, x) => total + x, 0)
    return [`Messages dropped as ${reason}: ${count(messages)}, from ${senders}.`]
  })
}

/** `peer 3 (12), peer 7 (2)`: those with more than 0, most first. */
function counted(column: Float64Array, peers: number): string {
  const order = [...column.keys()]
    .filter(p => column[p]! > 0)
    .sort((p, q) => column[q]! - column[p]! || p - q)
  const listed = order.slice(0, NAMED).map(p => `${named([p], peers)} (${count(column[p]!)})`)
  const more = order.length - listed.length
  return [...listed, ...(more > 0 ? [`${count(more)} more`] : [])].join(', ')
}

/** Whether the corrections still do what they are for: without Σ ξ_i = 0 the common point is not θ*. */
function conserved({ aggregation, correctionSum }: Result, rivals: readonly Result[]): string[] {
  if (correctionSum === null || !isCorrected(aggregation)) return []
  const sum = `‖Σ ξ‖ = ${figure(correctionSum)}`
  if (aggregation === 'gossip-scafflsa') {
    return [
      `Messages that do not come do not move the point reached: the two ends of an edge settle their flow (${sum} now).`,
      ...rivals.flatMap(textbook)
    ]
  }
  return correctionSum < ROUNDING
    ? [`The control variates still sum to zero (${sum}).`]
    : [`The control variates no longer sum to zero (${sum}), and the point reached may be off θ*.`]
}

/** The rival that is the same recursion without flows. */
function textbook({ aggregation, correctionSum, swarm }: Result): string[] {
  if (aggregation !== 'exact-diffusion') return []
  return [
    `The textbook recursion beside the flows, ${aggregation}: ‖Σ ξ‖ = ${figure(correctionSum)}, ` +
      `${figure(swarm.fixedPointError)} from θ*.`
  ]
}
