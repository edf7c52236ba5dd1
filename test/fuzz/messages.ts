/** Messages go where they can and nowhere else, every one is counted, and nobody waits for long. */

import { reverseLinks } from '../../src/core/links.ts'
import { DUPLICATED, FATE, type Traffic } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'
import { DEADLINE_MS } from './faults.ts'
import { demand, eachLink, type Invariant, type Moment } from './moment.ts'

/** What becomes of a message is what attendance, cuts, loss and time allow. */
export const fatesAreAllowed: Invariant = ({ round, exchanges, expected }) => {
  for (const [hop, { links, slots, fates }] of exchanges.entries()) {
    eachLink(links, (to, from, k) => {
      const fate = (fates?.links[k] ?? FATE.arrives) & 3
      const where = () => `round ${round}, hop ${hop}, ${from} → ${to}: fate ${fate}`
      const arrived = slots[k]! >= 0
      demand(arrived === (fate === FATE.arrives), 'what arrives is what the schedule lets arrive', where)
      const { up, frozen } = expected
      const isSent = up.has(from) && (up.has(to) || frozen.has(to))
      demand((fate === FATE.unsent) === !isSent, 'only who takes part sends, and not to who is gone', where)
      if (!isSent) return
      const arrivesNever = !up.has(to) || expected.apart(from, to)
      if (arrivesNever)
        demand(fate === FATE.lost, 'nothing arrives across a cut, or where nobody listens', where)
      else if (!expected.losing) demand(fate !== FATE.lost, 'nothing is lost without a reason', where)
      if (!expected.slow) demand(fate !== FATE.late, 'nothing is late where nothing takes time', where)
    })
  }
}

/** Where edges lose messages as a whole, both ways are lost or none. */
export const edgesLoseTogether: Invariant = ({ round, exchanges, expected }) => {
  for (const { links, fates } of exchanges) {
    if (fates === undefined || !expected.losingTogether) continue
    const isLost = (k: number): boolean => (fates.links[k]! & 3) === FATE.lost
    const reverse = reverseLinks(links)
    eachLink(links, (i, j, k) => {
      const back = reverse[k]!
      const areThere = expected.up.has(i) && expected.up.has(j)
      if (back < 0 || !areThere || expected.apart(i, j) || expected.apart(j, i)) return
      demand(
        isLost(k) === isLost(back),
        'both ways of an edge are lost together',
        () => `round ${round}, ${i} and ${j}`
      )
    })
  }
}

/** Counters grow by what became of the messages, and the sample has their totals. */
export const trafficAddsUp: Invariant = ({ round, exchanges, expected, before, after, sample }) => {
  const participants = range(after.traffic.messagesIn.length)
  const counts = participants.map(() => ({ out: 0, in: 0, missing: 0, late: 0, duplicate: 0, waitedFor: 0 }))
  for (const { links, fates } of exchanges) {
    eachLink(links, (to, from, k) => {
      const fate = fates?.links[k] ?? FATE.arrives
      const outcome = fate & 3
      if (outcome === FATE.unsent) return
      counts[from]!.out++
      if (outcome === FATE.arrives) counts[to]!.in++
      else if (expected.up.has(to)) counts[to]!.missing++
      if (outcome === FATE.late) counts[from]!.late++
      if (fate & DUPLICATED) counts[from]!.duplicate++
    })
    for (const sender of fates?.waitedFor ?? []) counts[sender]!.waitedFor++
  }
  const [was, is] = [countersOf(before.traffic), countersOf(after.traffic)]
  for (const p of participants) {
    for (const [name, count] of Object.entries(counts[p]!)) {
      const grown = is[name]![p]! - was[name]![p]!
      demand(
        grown === count,
        'traffic counts every message once',
        () => `round ${round}, participant ${p}, ${name}: ${grown}, not ${count}`
      )
    }
  }
  const { traffic } = sample
  const { messagesIn, missing, bytesIn, bytesOut } = after.traffic
  demand(
    traffic.messages === sum(messagesIn) &&
      traffic.missing === sum(missing) &&
      traffic.bytes === sum(bytesIn) &&
      traffic.bytes <= sum(bytesOut),
    'the sample has the totals',
    () => `round ${round}: ${JSON.stringify(traffic)}`
  )
  const waited = participants.filter(p => counts[p]!.waitedFor > 0)
  demand(
    traffic.waitedFor.join() === waited.join(),
    'the sample says who was waited for',
    () => `round ${round}: ${traffic.waitedFor.join()}, not ${waited.join()}`
  )
}

/** What is counted in every round, by its name here. */
const countersOf = ({
  messagesOut,
  messagesIn,
  missing,
  waitedFor,
  dropped
}: Traffic): Readonly<Record<string, Float64Array>> => ({
  out: messagesOut,
  in: messagesIn,
  missing,
  late: dropped.late,
  duplicate: dropped.duplicate,
  waitedFor
})

/**
 * No exchange is longer than the deadline, and a link that is always late lets at most log₂ n + 1 deadlines pass in n
 * exchanges.
 */
export function waitsAreFew(): Invariant {
  /** Per hop and link: late messages since one came in time. */
  const late: number[][] = []
  return ({ round, exchanges, before, after }: Moment) => {
    let passedMs = 0
    for (const [hop, { links, fates }] of exchanges.entries()) {
      if (fates === undefined) continue
      passedMs += fates.durationMs
      demand(
        fates.durationMs >= 0 && fates.durationMs <= DEADLINE_MS,
        'an exchange ends with the deadline',
        () => `round ${round}, hop ${hop}: ${fates.durationMs} ms`
      )
      const strikes = after.faults.strikes[hop]
      if (strikes === undefined) continue
      const waited = new Set<number>()
      const streaks = late[hop] ?? range(strikes.length).map(() => 0)
      late[hop] = streaks
      eachLink(links, (to, from, k) => {
        const fate = fates.links[k]! & 3
        if (fate === FATE.arrives) streaks[k] = 0
        if (fate === FATE.late) streaks[k]!++
        const allowed = streaks[k] === 0 ? 0 : Math.floor(Math.log2(streaks[k]!)) + 1
        const where = () =>
          `round ${round}, hop ${hop}, ${from} → ${to}: ${strikes[k]} in ${streaks[k]} exchanges`
        demand(strikes[k]! <= allowed, 'who is always late is waited for less and less', where)
        if (strikes[k]! > (before.faults.strikes[hop]?.[k] ?? 0)) waited.add(from)
      })
      const senders = [...waited].sort((a, b) => a - b).join()
      demand(
        fates.waitedFor.join() === senders,
        'who let a deadline pass is said',
        () => `round ${round}, hop ${hop}: ${fates.waitedFor.join()}, not ${senders}`
      )
    }
    const clock = after.faults.virtualMs - before.faults.virtualMs
    demand(
      Math.abs(clock - passedMs) < 1e-6,
      'the virtual clock shows what exchanges took',
      () => `round ${round}: ${clock} ms, not ${passedMs}`
    )
  }
}
