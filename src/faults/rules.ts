/** Rules between faults and the rest of an experiment: who there is, who takes part when, which edges there are. */
import { ExperimentError } from '../core/errors.ts'
import { waysOf } from '../core/links.ts'
import { shortened } from '../core/printable.ts'
import { type Place, within } from '../experiment/problem.ts'
import type { NetworkPlan } from '../interfaces.ts'
import { Attendance, indexOf, nameOf } from './attendance.ts'
import { takesNoTime } from './conditions.ts'
import { linkOf } from './link-of.ts'
import type { Scenario } from './scenario.ts'
import { actionNameOf, type FaultAction, type Faults, type Pair, type Participant } from './schema.ts'

export interface Members {
  readonly peers: number
  /** Whether there is a hub. */
  readonly hub: boolean
}

/**
 * Throws an ExperimentError at `place` for a participant that does not exist, or that cannot stop, return or join when
 * it should. Returns what has no effect, one line each.
 */
export function checkFaults(
  faults: Faults,
  members: Members,
  rounds: number,
  place: Place
): readonly string[] {
  for (const [k, { from, to }] of faults.links.entries()) {
    refuse(strangerProblem([from], members), place(['links', k, 'from']))
    refuse(strangerProblem([to], members), place(['links', k, 'to']))
  }
  const notes: string[] = []
  const attendance = new Attendance(members.peers + 1, members.peers, joinersOf(faults))
  if (!attendance.up.subarray(0, members.peers).includes(1)) {
    throw new ExperimentError(
      `${place(['events'])}: all peers join later, and one must take part from the beginning`
    )
  }
  const inOrder = [...faults.events.entries()].toSorted(([, a], [, b]) => a.after - b.after)
  for (const [k, event] of inOrder) {
    const where = place(['events', k, actionNameOf(event)])
    refuse(strangerProblem(participantsOf(event), members), where)
    if ('join' in event && event.after === 0) {
      refuse('must be at least 1 for those who join, not 0', place(['events', k, 'after']))
    }
    refuse(attendance.obey(event).refused[0], where)
    if (event.after >= rounds) {
      notes.push(`faults.events.${k}: after ${event.after} has no effect, the run ends after round ${rounds}`)
    }
  }
  return notes
}

/** Throws an ExperimentError at `place` for a pair without an edge, which only the graph tells. */
export function checkEdges(
  { links, events }: Faults,
  plan: Pick<NetworkPlan, 'hops' | 'relays'>,
  peers: number,
  place: Place = path => path.join('.')
): void {
  const inFaults = within(place, 'faults')
  for (const [k, { from, to, direction }] of links.entries()) {
    refuse(edgeProblem([[from, to]], direction === 'both', plan, peers), inFaults(['links', k]))
  }
  for (const [k, event] of events.entries()) {
    refuse(missingEdge(event, plan, peers), inFaults(['events', k, actionNameOf(event)]))
  }
}

/** Whether anything is planned to go wrong. */
export const hasFaults = ({
  loss,
  delayMs,
  faults
}: Pick<Scenario, 'loss' | 'delayMs' | 'faults'>): boolean =>
  loss.probability > 0 || !takesNoTime(delayMs) || faults !== null

/** Those who are absent until they join. */
export const joinersOf = ({ events }: Faults): readonly Participant[] => [
  ...new Set(events.flatMap(event => ('join' in event ? event.join : [])))
]

/** Why somebody whom the action names does not exist; undefined if all do. */
export function unknownParticipant(action: FaultAction, members: Members): string | undefined {
  return strangerProblem(participantsOf(action), members)
}

/** Why a pair that the action names has no edge; undefined if all have, or nothing is sent at all. */
export function missingEdge(
  action: FaultAction,
  plan: Pick<NetworkPlan, 'hops' | 'relays'>,
  peers: number
): string | undefined {
  const edges = { hops: waysOf(plan) }
  if ('cut' in action) return edgeProblem(action.cut, action.direction === 'both', edges, peers)
  if ('heal' in action && action.heal !== 'all') return edgeProblem(action.heal, true, edges, peers)
  return undefined
}

function refuse(problem: string | undefined, place: string): void {
  if (problem !== undefined) throw new ExperimentError(`${place}: ${problem}`)
}

function participantsOf(action: FaultAction): readonly Participant[] {
  if ('stop' in action) return action.stop
  if ('return' in action) return action.return
  if ('join' in action) return action.join
  if ('slow' in action) return action.slow
  if ('cut' in action) return action.cut.flat()
  if ('heal' in action) return action.heal === 'all' ? [] : action.heal.flat()
  return 'partition' in action ? action.partition.flat() : []
}

function strangerProblem(list: readonly Participant[], { peers, hub }: Members): string | undefined {
  const stranger = list.find(who => (who === 'hub' ? !hub : who >= peers))
  if (stranger === undefined) return undefined
  const what = stranger === 'hub' ? 'hub' : nameOf(stranger, -1)
  return `there is no ${what}; allowed: ${peers === 1 ? '0' : `0 to ${peers - 1}`}${hub ? ', hub' : ''}`
}

function edgeProblem(
  pairs: readonly Pair[],
  eitherWay: boolean,
  { hops }: Pick<NetworkPlan, 'hops'>,
  peers: number
): string | undefined {
  if (hops.length === 0) return undefined
  const sends = (from: number, to: number): boolean => hops.some(links => linkOf(links, from, to) >= 0)
  for (const [from, to] of pairs) {
    const i = indexOf(from, peers)
    const j = indexOf(to, peers)
    if (sends(i, j) || (eitherWay && sends(j, i))) continue
    const others = Array.from({ length: hops[0]!.participants }, (_, k) => k)
    const allowed = others.filter(k => sends(i, k) || (eitherWay && sends(k, i)))
    const names = allowed.map(k => (k === peers ? 'hub' : k)).join(', ')
    return (
      `${nameOf(i, peers)} ${eitherWay ? 'has no edge with' : 'sends nothing to'} ${nameOf(j, peers)}; ` +
      `allowed: ${shortened(names)}`
    )
  }
  return undefined
}
