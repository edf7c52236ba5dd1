/**
 * What a schedule of faults must say, as plainly as it can be put: every round is worked out from the list of events
 * anew, with text for names and maps for tables. Only the clock has a memory.
 */
import { hashedUniform, hashKey } from '../../src/core/hash.ts'
import { parseNamed } from '../../src/experiment/named.ts'
import { delays } from '../../src/faults/families.ts'
import type { Scenario } from '../../src/faults/scenario.ts'
import type { FaultEvent, Participant } from '../../src/faults/schema.ts'
import { DUPLICATED, FATE, REORDERED } from '../../src/interfaces.ts'
import type { Exchange, Plan } from './scenarios.ts'

interface Memory {
  strikes: number
  owed: number
  speaksAt: number | undefined
}

/** Per round and hop, in order. Where nothing can go wrong, everything arrives. */
export function oracle(scenario: Scenario, plan: Plan, rounds: number): Exchange[] {
  const memory = new Map<string, Memory>()
  const made: Exchange[] = []
  let now = 0
  let timed = false
  for (let round = 0; round < rounds; round++) {
    const here = situation(scenario, plan.participants, round)
    timed ||= here.takesTime
    for (const [hop, { rowStart, senders }] of plan.hops.entries()) {
      const links: number[] = []
      const waitedFor = new Set<number>()
      let durationMs = 0
      for (let i = 0; i < plan.participants; i++) {
        const row = [...senders.slice(rowStart[i], rowStart[i + 1])].map(j => ({
          j,
          fate: here.fate(j, i, round, hop),
          at: (hop === 0 ? here.slow(j) : 0) + here.delay(j, i, round, hop)
        }))
        if (timed && here.status[i] === 'up' && row.length > 0) {
          const ready = hop === 0 ? here.slow(i) : 0
          const remembered = row.map(({ j }) => {
            const key = `${hop}/${j}>${i}`
            const kept = memory.get(key) ?? { strikes: 0, owed: 0, speaksAt: undefined }
            memory.set(key, kept)
            if (kept.speaksAt !== undefined && kept.speaksAt <= now) {
              kept.owed--
              kept.speaksAt = undefined
            }
            return kept
          })
          const awaited = row.filter((link, k) => link.fate === FATE.arrives && remembered[k]!.owed === 0)
          const closes = Math.min(scenario.deadlineMs, Math.max(ready, ...awaited.map(({ at }) => at)))
          if (ready < scenario.deadlineMs) durationMs = Math.max(durationMs, closes)
          for (const [k, link] of row.entries()) {
            const kept = remembered[k]!
            if (link.fate !== FATE.arrives) continue
            if (link.at <= closes) {
              Object.assign(kept, { strikes: 0, owed: 0, speaksAt: undefined })
              continue
            }
            link.fate = FATE.late
            if (awaited.includes(link)) {
              waitedFor.add(link.j)
              kept.strikes++
              kept.owed = 2 ** (kept.strikes - 1)
              kept.speaksAt = now + link.at
            }
            kept.speaksAt ??= now + link.at
          }
        }
        links.push(...row.map(({ j, fate }) => (fate === FATE.arrives ? here.marks(j, i, round, hop) : fate)))
      }
      // Nobody waits, and something is on its way.
      if (durationMs === 0 && links.some(fate => (fate & 3) === FATE.late)) durationMs = 1
      now += durationMs
      made.push({ links, durationMs, waitedFor: [...waitedFor].toSorted((a, b) => a - b) })
    }
  }
  return made
}

/** What the events until `round` have made of everything. */
function situation({ seed, peers, loss, delayMs, faults }: Scenario, participants: number, round: number) {
  const index = (who: Participant): number => (who === 'hub' ? peers : who)
  const events = (faults?.events ?? []).filter(({ after }) => after <= round)
  const inOrder: FaultEvent[] = events.toSorted((a, b) => a.after - b.after)

  const status = new Array<string>(participants).fill('up')
  for (const event of faults?.events ?? [])
    if ('join' in event) for (const who of event.join) status[index(who)] = 'absent'
  const alone = (i: number) => i < peers && status.slice(0, peers).filter(each => each === 'up').length === 1
  const cuts = new Set<string>()
  let groups: readonly (readonly Participant[])[] | undefined
  const slowMs = new Map<number, number>()
  let lossNow = loss
  let delayNow = delayMs
  let duplicates = faults?.duplicates ?? 0
  let reordering = faults?.reordering ?? 0
  for (const event of inOrder) {
    if ('stop' in event) {
      for (const i of event.stop.map(index)) if (status[i] === 'up' && !alone(i)) status[i] = event.how
    } else if ('return' in event) {
      for (const i of event.return.map(index)) if (status[i] !== 'absent') status[i] = 'up'
    } else if ('join' in event) {
      for (const i of event.join.map(index)) if (status[i] === 'absent') status[i] = 'up'
    } else if ('cut' in event) {
      for (const [from, to] of event.cut) {
        cuts.add(`${index(from)}>${index(to)}`)
        if (event.direction === 'both') cuts.add(`${index(to)}>${index(from)}`)
      }
    } else if ('heal' in event) {
      if (event.heal === 'all') {
        cuts.clear()
        groups = undefined
      } else {
        for (const [from, to] of event.heal) {
          cuts.delete(`${index(from)}>${index(to)}`)
          cuts.delete(`${index(to)}>${index(from)}`)
        }
      }
    } else if ('partition' in event) groups = event.partition
    else if ('slow' in event) for (const who of event.slow) slowMs.set(index(who), event.byMs)
    else if ('loss' in event) lossNow = event.loss
    else if ('delayMs' in event) delayNow = event.delayMs
    else if ('duplicates' in event) duplicates = event.duplicates
    else reordering = event.reordering
  }

  const groupOf = (i: number): number => {
    const listed = (groups ?? []).findIndex(group => group.map(index).includes(i))
    if (listed >= 0) return listed
    return i === peers ? 0 : -1
  }
  const special = (j: number, i: number) =>
    (faults?.links ?? []).findLast(({ from, to, direction }) => {
      const there = index(from) === j && index(to) === i
      return there || (direction === 'both' && index(from) === i && index(to) === j)
    })
  const dice = (purpose: string, ...counters: [number, number, number, number]) =>
    hashedUniform(hashKey(seed, `faults/${purpose}`), ...counters)
  const quantile = (delay: typeof delayMs, u: number): number => {
    const { family, options } = parseNamed(delay, delays, 'delay')
    return family.quantileMs(options, u)
  }
  const slow = (j: number): number => slowMs.get(j) ?? 0

  return {
    status,
    slow,
    takesTime:
      [delayNow, ...(faults?.links ?? []).map(link => link.delayMs ?? delayNow)].some(
        delay => quantile(delay, 0.9) > 0
      ) || [...slowMs.values()].some(ms => ms > 0),
    fate(j: number, i: number, r: number, hop: number): number {
      if (status[j] !== 'up') return FATE.unsent
      if (status[i] !== 'up') return status[i] === 'frozen' ? FATE.lost : FATE.unsent
      if (cuts.has(`${j}>${i}`) || (groups !== undefined && groupOf(i) !== groupOf(j))) return FATE.lost
      const { name, probability } = special(j, i)?.loss ?? lossNow
      const u =
        name === 'both'
          ? dice('loss/both', Math.min(i, j), Math.max(i, j), r, 0)
          : dice('loss/one-way', j, i, r, hop)
      return u < probability ? FATE.lost : FATE.arrives
    },
    delay: (j: number, i: number, r: number, hop: number) =>
      quantile(special(j, i)?.delayMs ?? delayNow, dice('delay', j, i, r, hop)),
    marks: (j: number, i: number, r: number, hop: number) =>
      (dice('duplicates', j, i, r, hop) < duplicates ? DUPLICATED : 0) +
      (dice('reordering', j, i, r, hop) < reordering ? REORDERED : 0)
  }
}
