/** Scenarios of faults: plans, and faults as a user writes them. */
import { linksOf } from '../../src/core/links.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { FaultSchedule } from '../../src/faults/schedule.ts'
import { FATE, type Links } from '../../src/interfaces.ts'

export interface Plan {
  readonly participants: number
  readonly hops: readonly Links[]
}

/** Every peer hears the one before and the one after; three peers at least. */
export function ring(peers: number): Plan {
  const neighbours = Array.from({ length: peers }, (_, i) =>
    [(i + peers - 1) % peers, (i + 1) % peers].sort((a, b) => a - b)
  )
  return { participants: peers, hops: [linksOf({ neighbours })] }
}

/** The hub, participant N, hears all peers; then they hear the hub. */
export function star(peers: number): Plan {
  const all = Array.from({ length: peers }, (_, i) => i)
  const up = [...all.map(() => []), all]
  const down = [...all.map(() => [peers]), []]
  return {
    participants: peers + 1,
    hops: [linksOf({ neighbours: up }), linksOf({ neighbours: down })]
  }
}

export interface Raw {
  readonly peers?: number
  readonly seed?: string
  readonly deadlineMs?: number
  readonly loss?: unknown
  readonly delayMs?: unknown
  readonly faults?: object
}

/** The schedule of an experiment, eight peers unless it says otherwise. */
export function scheduleOf(raw: Raw, plan: Plan = ring(raw.peers ?? 8)): FaultSchedule {
  const peers = raw.peers ?? 8
  const aggregation = plan.participants > peers ? 'star' : 'gossip'
  return new FaultSchedule(resolve({ ...raw, peers, aggregation }).experiment, plan)
}

export interface Exchange {
  readonly links: readonly number[]
  readonly durationMs: number
  readonly waitedFor: readonly number[]
}

/** What one exchange becomes, copied; undefined where nothing can go wrong. */
export function exchange(schedule: FaultSchedule, round: number, hop = 0): Exchange | undefined {
  const fates = schedule.fates(round, hop)
  return fates && { ...fates, links: Array.from(fates.links), waitedFor: [...fates.waitedFor] }
}

/** One exchange per round of a plan of one hop, the rounds begun first. */
export function exchanges(schedule: FaultSchedule, rounds: number, first = 0): (Exchange | undefined)[] {
  return Array.from({ length: rounds }, (_, r) => {
    schedule.begin(first + r)
    return exchange(schedule, first + r)
  })
}

const NAMES = ['arrives', 'lost', 'late', 'unsent'] as const

/** The fates of an exchange by `sender>receiver`, those that arrive left out. */
export function failures({ hops }: Plan, made: Exchange | undefined, hop = 0): Record<string, string> {
  const { rowStart, senders, participants } = hops[hop]!
  const failed: Record<string, string> = {}
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const fate = (made?.links[k] ?? FATE.arrives) & 3
      if (fate !== FATE.arrives) failed[`${senders[k]}>${i}`] = NAMES[fate]!
    }
  }
  return failed
}
