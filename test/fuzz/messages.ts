/** Messages go where they can and nowhere else, every one is counted, and nobody waits for long. */
import { reverseLinks } from '../../src/core/links.ts'
import { DUPLICATED, FATE, type Links, type NetworkPlan, type Traffic } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'
import { DEADLINE_MS } from './faults.ts'
import { demand, eachLink, type Invariant, type Moment } from './moment.ts'

/** What becomes of a message is what the round, attendance, cuts, loss and time allow. */
export const fatesAreAllowed: Invariant = ({ round, exchanges, expected }) => {
  for (const [hop, { links, used, slots, fates }] of exchanges.entries()) {
    eachLink(links, (to, from, k) => {
      const fate = (fates?.links[k] ?? FATE.arrives) & 3
      const where = () => `round ${round}, hop ${hop}, ${from} → ${to}: fate ${fate}`
      const arrived = slots[k]! >= 0
      demand(arrived === (fate === FATE.arrives), 'what arrives is what the schedule lets arrive', where)
      const { up, frozen } = expected
      const isSent = used?.[k] !== 0 && up.has(from) && (up.has(to) || frozen.has(to))
      demand(
        (fate === FATE.unsent) === !isSent,
        'only who takes part sends, not to who is gone, and over links of the round',
        where
      )
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
  for (const { links, used, fates } of exchanges) {
    if (fates === undefined || !expected.losingTogether) continue
    const isLost = (k: number): boolean => (fates.links[k]! & 3) === FATE.lost
    const reverse = reverseLinks(links)
    eachLink(links, (i, j, k) => {
      const back = reverse[k]!
      const areThere = expected.up.has(i) && expected.up.has(j)
      const bothUsed = used?.[k] !== 0 && used?.[back] !== 0
      if (back < 0 || !bothUsed || !areThere || expected.apart(i, j) || expected.apart(j, i)) return
      demand(
        isLost(k) === isLost(back),
        'both ways of an edge are lost together',
        () => `round ${round}, ${i} and ${j}`
      )
    })
  }
}

/** Counters grow by what became of the messages, and the sample has their totals. */
export const trafficAddsUp =
  ({ relays }: NetworkPlan): Invariant =>
  moment => {
    if (relays === undefined) everyMessageIsCounted(moment)
    else copiesAddUp(moment, relays)
    waitsAndMissesAreCounted(moment)
    sampleHasTotals(moment)
  }

type Counter = 'out' | 'in' | 'bytesOut' | 'bytesIn' | 'missing' | 'late' | 'duplicate' | 'waitedFor'
/** Per participant. */
type Counts = Readonly<Record<Counter, number[]>>

const countersOf = ({ dropped, ...traffic }: Traffic): Readonly<Record<Counter, Float64Array>> => ({
  out: traffic.messagesOut,
  in: traffic.messagesIn,
  bytesOut: traffic.bytesOut,
  bytesIn: traffic.bytesIn,
  missing: traffic.missing,
  late: dropped.late,
  duplicate: dropped.duplicate,
  waitedFor: traffic.waitedFor
})

/** By what `counter` has grown in the round, per participant. */
function grownBy({ before, after }: Moment, counter: Counter): number[] {
  const was = countersOf(before.traffic)[counter]
  return Array.from(countersOf(after.traffic)[counter], (is, p) => is - was[p]!)
}

/** What the fates of all hops of the round come to. */
function countsOf({ exchanges, expected, after }: Moment): Counts {
  const none = (): number[] => range(after.traffic.messagesIn.length).map(() => 0)
  const counts: Counts = {
    out: none(),
    in: none(),
    bytesOut: none(),
    bytesIn: none(),
    missing: none(),
    late: none(),
    duplicate: none(),
    waitedFor: none()
  }
  for (const { links, fates, bytes } of exchanges) {
    eachLink(links, (to, from, k) => {
      const fate = fates?.links[k] ?? FATE.arrives
      const outcome = fate & 3
      if (outcome === FATE.unsent) return
      counts.out[from]!++
      counts.bytesOut[from]! += bytes[k]!
      if (outcome === FATE.arrives) {
        counts.in[to]!++
        counts.bytesIn[to]! += bytes[k]!
      } else if (expected.up.has(to)) counts.missing[to]!++
      if (outcome === FATE.late) counts.late[from]!++
      if (fate & DUPLICATED) counts.duplicate[from]!++
    })
    for (const sender of fates?.waitedFor ?? []) counts.waitedFor[sender]!++
  }
  return counts
}

function demandCounted(moment: Moment, counters: readonly Counter[]): void {
  const counts = countsOf(moment)
  for (const counter of counters) {
    for (const [p, grown] of grownBy(moment, counter).entries()) {
      demand(
        grown === counts[counter][p],
        'traffic counts every message once',
        () => `round ${moment.round}, participant ${p}, ${counter}: ${grown}, not ${counts[counter][p]}`
      )
    }
  }
}

const everyMessageIsCounted: Invariant = moment =>
  demandCounted(moment, ['out', 'in', 'bytesOut', 'bytesIn', 'duplicate'])

const waitsAndMissesAreCounted: Invariant = moment => demandCounted(moment, ['missing', 'late', 'waitedFor'])

/**
 * Where messages are passed on: what came in and was no second copy is what was delivered, whatever the way; and as long as
 * everybody takes part each message costs a copy per link, but for the links back on which its receivers first heard it.
 */
function copiesAddUp(moment: Moment, { participants, senders }: Links): void {
  const { round, exchanges, expected } = moment
  const total = (counter: Counter): number => sum(grownBy(moment, counter))
  const counts = countsOf(moment)
  const copies = total('duplicate') - sum(counts.duplicate)
  demand(
    total('in') - copies === sum(counts.in),
    'of the copies of a message one is delivered',
    () =>
      `round ${round}: ${total('in')} came, ${copies} of them again, not ${sum(counts.in)} for the first time`
  )
  demand(
    total('in') <= total('out'),
    'nothing comes that was not sent',
    () => `round ${round}: ${total('in')} of ${total('out')}`
  )
  const bytes = exchanges[0]!.bytes[0]!
  for (const [inMessages, inBytes] of [
    ['out', 'bytesOut'],
    ['in', 'bytesIn']
  ] as const) {
    demand(
      total(inBytes) === bytes * total(inMessages),
      'all copies are of one length',
      () => `round ${round}: ${total(inBytes)} bytes in ${total(inMessages)} messages of ${bytes}`
    )
  }
  if (expected.up.size < participants) return
  const right = participants * (senders.length - participants + 1)
  demand(
    total('out') === right,
    'a message goes once over every link but those back',
    () => `round ${round}: ${total('out')} copies, not ${right}`
  )
}

const sampleHasTotals: Invariant = ({ round, exchanges, after, sample }) => {
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
  const waited = new Set(exchanges.flatMap(({ fates }) => fates?.waitedFor ?? []))
  const list = [...waited].sort((a, b) => a - b).join()
  demand(
    traffic.waitedFor.join() === list,
    'the sample says who was waited for',
    () => `round ${round}: ${traffic.waitedFor.join()}, not ${list}`
  )
}

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
