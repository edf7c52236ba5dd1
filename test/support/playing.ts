/** Rounds of nothing but an aggregation, over the simulated network. */
import { expect } from 'vitest'
import { receiversOf } from '../../src/core/links.ts'
import { lengthOf } from '../../src/core/payload.ts'
import { parseNamed } from '../../src/experiment/named.ts'
import {
  type Aggregation,
  type AggregationFamily,
  type AggregationSettings,
  FATE,
  type Hosted,
  type Inbox,
  type Mixing,
  type Network,
  type Outbox,
  type ParameterMatrix
} from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { mergedState } from '../../src/processes/merge.ts'
import { topologies } from '../../topologies/index.ts'
import { mixingOf } from '../../topologies/mixing/mixing.ts'
import type { Weights } from '../../topologies/mixing/mixing-matrix.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { filled } from './matrices.ts'
import { range } from './numbers.ts'

/** W of a topology by its text. */
export function mixingBy(text: string, peers: number, rule: Weights = 'metropolis', rounds = 1000): Mixing {
  const { family, options } = parseNamed(text, topologies, 'topology')
  const types = () => new Int32Array(peers)
  return mixingOf(family.build(peers, options, { seed: 'playing', types }), rule, rounds)
}

export const settingsOver = (mixing: Mixing, parameters: number, seed = '1'): AggregationSettings => ({
  peers: mixing.links.participants,
  parameters,
  mixing,
  spectralRadius: () => numericalSpectrum(mixing.at(0)).spectralRadius,
  localSteps: 1,
  stepSize: 1,
  seed
})

export interface Events {
  /** What happens between `begin` and the first message: local steps, on `theta.values`. */
  readonly learn?: (theta: ParameterMatrix, round: number) => void
  /** Whether the message over link k does not come. */
  readonly isLost?: (k: number, round: number, hop: number) => boolean
}

/** Plays rounds, each with the number that it is told. */
export function player(
  aggregation: Aggregation,
  theta: ParameterMatrix,
  events: Events = {}
): (round: number) => void {
  const network = simulatedNetwork(aggregation.plan)
  return round => {
    aggregation.begin?.(round, theta)
    events.learn?.(theta, round)
    aggregation.plan.hops.forEach((_, hop) => {
      const outbox = aggregation.compose(hop, theta)
      aggregation.combine(hop, theta, arrivals(aggregation, network, outbox, round, hop, events))
    })
  }
}

/** What the network delivers: all that the round uses, less what is lost. */
function arrivals(
  { plan }: Pick<Aggregation, 'plan'>,
  network: Network,
  outbox: Outbox,
  round: number,
  hop: number,
  { isLost }: Events
): Inbox {
  const uses = plan.uses?.(round, hop)
  const links = Uint8Array.from(plan.hops[hop]!.senders, (_, k) => {
    if (uses?.[k] === 0) return FATE.unsent
    return isLost?.(k, round, hop) === true ? FATE.lost : FATE.arrives
  })
  return network.exchange(round, hop, outbox, { links, durationMs: 0, waitedFor: [] }) as Inbox
}

/**
 * Two processes with a half of the peers each, which tell each other nothing but messages, end with the bits of one: θ, and
 * state merged as that of processes is.
 */
export function expectHalvesToAgree<O>(
  family: AggregationFamily<O>,
  settings: AggregationSettings,
  options: O,
  rows: readonly (readonly number[])[],
  rounds: number,
  events: Events = {}
): void {
  const { peers } = settings
  const whole = family.build(settings, options)
  const theta = filled(rows)
  const play = player(whole, theta, events)
  const base = structuredClone(whole.state)
  const middle = peers >> 1
  const halves = [
    { first: 0, last: middle },
    { first: middle, last: peers }
  ].map(hosted => ({ hosted, part: family.build({ ...settings, hosted }, options), theta: filled(rows) }))
  const network = simulatedNetwork(whole.plan)
  for (const round of range(rounds)) {
    play(round)
    for (const { part, theta } of halves) {
      part.begin?.(round, theta)
      events.learn?.(theta, round)
    }
    whole.plan.hops.forEach((_, hop) => {
      const outbox = joined(
        whole,
        hop,
        halves.map(({ hosted, part, theta }) => ({ hosted, outbox: part.compose(hop, theta) }))
      )
      const inbox = arrivals(whole, network, outbox, round, hop, events)
      const receivers = receiversOf(whole.plan.hops[hop]!)
      for (const { hosted, part, theta } of halves) {
        // What goes to others does not get here.
        const isHere = (k: number) => receivers[k]! >= hosted.first && receivers[k]! < hosted.last
        part.combine(hop, theta, { ...inbox, slots: inbox.slots.map((slot, k) => (isHere(k) ? slot : -1)) })
      }
    })
  }
  const { stride } = theta
  for (const { hosted, theta: half } of halves) {
    const own = (values: Float64Array) => values.slice(hosted.first * stride, hosted.last * stride)
    expect(own(half.values)).toEqual(own(theta.values))
  }
  const stateOf = (aggregation: Aggregation['state']) =>
    ({ theta: new Float64Array(), learner: {}, aggregation }) as Parameters<typeof mergedState>[0]
  const parts = halves.map(({ part }) => stateOf(part.state) as Parameters<typeof mergedState>[1][number])
  expect(mergedState(stateOf(base), parts).aggregation).toEqual(whole.state)
}

/** The rows that each process has a say in. */
function joined(
  { plan }: Aggregation,
  hop: number,
  parts: readonly { readonly hosted: Hosted; readonly outbox: Outbox }[]
): Outbox {
  const { outbox } = parts[0]!
  const { stride } = outbox
  const payloads = outbox.payloads.slice()
  const { senders, participants } = plan.hops[hop]!
  for (const { hosted, outbox: said } of parts) {
    for (const [row, sender] of plan.perLink ? senders.entries() : range(participants).entries()) {
      if (sender < hosted.first || sender >= hosted.last) continue
      payloads.set(said.payloads.subarray(row * stride, (row + 1) * stride), row * stride)
    }
  }
  return { ...outbox, payloads }
}

/** One that goes on from a checkpoint ends with the bits of one that never stopped. */
export function expectRestoredToAgree<O>(
  family: AggregationFamily<O>,
  settings: AggregationSettings,
  options: O,
  rows: readonly (readonly number[])[],
  rounds: number,
  events: Events = {}
): void {
  const first = family.build(settings, options)
  const theta = filled(rows)
  const play = player(first, theta, events)
  for (const round of range(rounds)) play(round)
  const second = family.build(settings, options)
  const again = filled(rows)
  again.values.set(theta.values)
  again.spare.set(theta.values)
  for (const [name, array] of Object.entries(second.state)) array.set(structuredClone(first.state[name]!))
  const playAgain = player(second, again, events)
  for (let round = rounds; round < 2 * rounds; round++) {
    play(round)
    playAgain(round)
  }
  expect(again.values).toEqual(theta.values)
  expect(second.state).toEqual(first.state)
}

/**
 * Whatever numbers arrive, as long as they have the form that networks let through, θ and all state stay finite, and what is
 * sent has that form.
 */
export function expectToStayFinite(
  aggregation: Aggregation,
  theta: ParameterMatrix,
  numbers: readonly number[]
): void {
  const { plan } = aggregation
  const ends = plan.payload.map((_, f) => lengthOf(plan.payload.slice(0, f + 1)))
  let next = 0
  for (const round of range(4)) {
    aggregation.begin?.(round, theta)
    plan.hops.forEach(({ senders }, hop) => {
      const outbox = aggregation.compose(hop, theta)
      const belowOf = (at: number) => plan.payload[ends.findIndex(end => at % outbox.stride < end)]?.below
      const isSound = outbox.payloads.every((x, at) => {
        const below = belowOf(at)
        return below === undefined ? Number.isFinite(x) : Object.is(x >>> 0, x) && x < below
      })
      expect(isSound).toBe(true)
      const payloads = outbox.payloads.map((_, at) => {
        const number = numbers[next++ % numbers.length]!
        const below = belowOf(at)
        return below === undefined ? number : Math.floor(Math.abs(number)) % below
      })
      const slots = Int32Array.from(senders, (sender, k) => (plan.perLink ? k : sender))
      aggregation.combine(hop, theta, { ...outbox, payloads, slots, notes: undefined })
    })
    expect(theta.values.every(Number.isFinite)).toBe(true)
    for (const array of Object.values(aggregation.state)) expect(array.every(Number.isFinite)).toBe(true)
  }
}

/** Per link: whether either end is this peer. */
export function linksAt({ links }: Mixing, peer: number): (k: number) => boolean {
  const receivers = receiversOf(links)
  return k => receivers[k] === peer || links.senders[k] === peer
}
