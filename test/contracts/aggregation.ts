/** What every aggregation promises, on rounds over the simulated network in which messages are lost, and in some peers begin anew. */
import { describe, expect, test } from 'vitest'
import { parameterMatrix } from '../../src/core/parameter-matrix.ts'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import {
  type Aggregation,
  type AggregationFamily,
  type AggregationSettings,
  type AggregationTraits,
  FATE,
  type Hosted,
  type Inbox,
  type Outbox,
  type ParameterMatrix
} from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { mixingOf, topologies, unionGraph } from '../../topologies/index.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { contextOf } from '../support/topologies.ts'

const PEERS = 6
const PARAMETERS = 5
const ROUNDS = 12

export interface AggregationExamples {
  /** Options, as a user writes them. */
  readonly variants?: readonly object[]
  /** Those of the family unless given, and of gossip where it has none. */
  readonly traits?: Partial<AggregationTraits> | undefined
  /** Peers say of the same numbers what chance decides: where they agree they do not stay. */
  readonly isRandom?: boolean
}

/** The tests of one aggregation. */
export function describeAggregation(
  name: string,
  family: AggregationFamily,
  { variants = [{}], traits = family.traits ?? {}, isRandom = false }: AggregationExamples = {}
): void {
  describe.each(variants.map(given => [JSON.stringify(given), given] as const))(`${name} %s`, (_, given) =>
    suite(name, family, given, traits, isRandom)
  )
}

function suite(
  name: string,
  family: AggregationFamily,
  given: object,
  { graph = 'any', weights = 'metropolis' }: Partial<AggregationTraits>,
  isRandom: boolean
): void {
  const options = family.options.parse(given)
  const shape = graph === 'tree' ? 'path' : 'ring'
  const topology = topologies[shape]!.build(PEERS, {}, contextOf(PEERS))
  const mixing = mixingOf(topology, weights ?? 'uniform', ROUNDS, unionGraph(topology, ROUNDS))
  const settings: AggregationSettings = {
    peers: PEERS,
    parameters: PARAMETERS,
    mixing,
    spectralRadius: () => numericalSpectrum(mixing.at(0)).spectralRadius,
    localSteps: 2,
    stepSize: 0.05,
    seed: '1'
  }
  const build = (hosted?: Hosted): Aggregation => family.build({ ...settings, hosted }, options)
  const { plan } = build()

  /** θ of all participants; the hub of a star has none. */
  const started = (numberAt: (i: number, c: number) => number): ParameterMatrix => {
    const theta = parameterMatrix(plan.participants, PARAMETERS)
    for (let i = 0; i < PEERS; i++)
      for (let c = 0; c < PARAMETERS; c++) theta.values[i * theta.stride + c] = numberAt(i, c)
    theta.spare.set(theta.values)
    return theta
  }
  const scattered = (seed: string): ParameterMatrix => {
    const random = stream(seed, SWARM, 'theta')
    return started(() => 2 * nextDouble(random) - 1)
  }

  interface Part {
    readonly aggregation: Aggregation
    readonly theta: ParameterMatrix
    readonly hosted: Hosted
  }
  const whole = (theta: ParameterMatrix, aggregation = build()): Part => ({
    aggregation,
    theta,
    hosted: { first: 0, last: plan.participants }
  })

  /** Local steps, θ ← θ + 0.1 (target − θ + ξ), of the peers of a part. */
  function learn({ aggregation, theta, hosted }: Part): void {
    const { values, stride } = theta
    for (let i = hosted.first; i < Math.min(hosted.last, PEERS); i++)
      for (let at = i * stride; at < i * stride + PARAMETERS; at++)
        values[at] = values[at]! + 0.1 * (i - values[at]! + (aggregation.correction?.[at] ?? 0))
  }

  /** Rounds `from <= r < to` of parts of one swarm, in which a message is lost with this probability. */
  function play(parts: readonly Part[], from: number, to: number, loss: number, learns = true): void {
    const network = simulatedNetwork(plan)
    for (let round = from; round < to; round++) {
      const random = stream('losses', SWARM, String(round))
      for (const part of parts) {
        part.aggregation.begin?.(round, part.theta)
        if (learns) learn(part)
      }
      for (const [hop, { senders }] of plan.hops.entries()) {
        const uses = plan.uses?.(round, hop)
        const links = Uint8Array.from(senders, (_, k) => {
          const isLost = nextDouble(random) < loss
          return uses?.[k] === 0 ? FATE.unsent : isLost ? FATE.lost : FATE.arrives
        })
        const outbox = merged(parts, hop)
        const inbox = network.exchange(round, hop, outbox, { links, durationMs: 0, waitedFor: [] }) as Inbox
        for (const { aggregation, theta } of parts) aggregation.combine(hop, theta, inbox)
      }
    }
  }

  /** What all parts say: each row from where its sender lives. */
  function merged(parts: readonly Part[], hop: number): Outbox {
    const boxes = parts.map(({ aggregation, theta, hosted }) => ({
      ...aggregation.compose(hop, theta),
      hosted
    }))
    const { stride, notes, payloads, degrees } = boxes[0]!
    const { rowStart, senders } = plan.hops[hop]!
    const whole = {
      stride,
      payloads: payloads.slice(),
      degrees: degrees.slice(),
      notes: notes && structuredClone(notes)
    }
    for (const box of boxes) {
      const lives = (p: number): boolean => p >= box.hosted.first && p < box.hosted.last
      const take = (row: number): void =>
        whole.payloads.set(box.payloads.subarray(row * stride, (row + 1) * stride), row * stride)
      for (let p = 0; p < plan.participants; p++) {
        if (!lives(p)) continue
        whole.degrees[p] = box.degrees[p]!
        if (!plan.perLink) take(p)
        for (let k = rowStart[p]!; k < rowStart[p + 1]!; k++) {
          if (whole.notes === undefined || box.notes === undefined) continue
          for (const key of ['receipts', 'epochs', 'offers'] as const)
            whole.notes[key][k] = box.notes[key][k]!
          const width = whole.notes.flows.length / senders.length
          whole.notes.flows.set(box.notes.flows.subarray(k * width, (k + 1) * width), k * width)
        }
      }
      if (plan.perLink) for (const [k, sender] of senders.entries()) if (lives(sender)) take(k)
    }
    return whole
  }

  /** Rows of θ of these participants. */
  const rowsOf = ({ theta: { values, stride } }: Part, first = 0, last = PEERS): Float64Array =>
    values.slice(first * stride, last * stride)

  test('is called what it is, and has the exchanges and the participants that it says', () => {
    expect(build().name).toBe(name)
    expect(plan.hops).toHaveLength(family.hops?.(PEERS, options) ?? 1)
    expect(plan.participants).toBeGreaterThanOrEqual(PEERS)
    for (const { participants, rowStart } of plan.hops)
      expect([participants, rowStart.length]).toEqual([plan.participants, plan.participants + 1])
    for (const { count } of plan.payload) expect(count).toBeGreaterThan(0)
  })

  test('the same seed gives the same bits, whatever is lost', () => {
    const [one, two] = [whole(scattered('a')), whole(scattered('a'))]
    for (const part of [one, two]) play([part], 0, ROUNDS, 0.2)
    expect(rowsOf(one)).toEqual(rowsOf(two))
    expect(rowsOf(one).every(Number.isFinite)).toBe(true)
    expect(rowsOf(one)).not.toEqual(rowsOf(whole(scattered('a'))))
    expect(one.aggregation.state).toEqual(two.aggregation.state)
  })

  test('peers in several processes have the bits of peers in one', () => {
    const one = whole(scattered('a'))
    play([one], 0, ROUNDS, 0.2)
    const cut = 2
    const parts = [
      { first: 0, last: cut },
      { first: cut, last: plan.participants }
    ].map(hosted => ({ aggregation: build(hosted), theta: scattered('a'), hosted }))
    play(parts, 0, ROUNDS, 0.2)
    expect(rowsOf(parts[0]!, 0, cut)).toEqual(rowsOf(one, 0, cut))
    expect(rowsOf(parts[1]!, cut)).toEqual(rowsOf(one, cut))
  })

  test('its state and θ are all that later rounds depend on', () => {
    const one = whole(scattered('a'))
    play([one], 0, 4, 0.2)
    const kept = structuredClone(one.aggregation.state)
    const theta = one.theta.values.slice()
    play([one], 4, ROUNDS, 0.2)
    const other = whole(scattered('b'))
    play([other], 0, 3, 0.5)
    expect(Object.keys(other.aggregation.state)).toEqual(Object.keys(kept))
    for (const [key, array] of Object.entries(other.aggregation.state)) array.set(kept[key]!)
    other.theta.values.set(theta)
    play([other], 4, ROUNDS, 0.2)
    expect(rowsOf(other)).toEqual(rowsOf(one))
    expect(other.aggregation.state).toEqual(one.aggregation.state)
  })

  if (!isRandom) {
    test('peers that agree and do not learn stay where they are', () => {
      const one = whole(started((_, c) => c + 1))
      play([one], 0, ROUNDS, 0, false)
      const { values, stride } = one.theta
      for (let i = 0; i < PEERS; i++)
        for (let c = 0; c < PARAMETERS; c++) expect(values[i * stride + c]).toBeCloseTo(c + 1, 12)
    })
  }

  test('nothing is written beyond the parameters of a row', () => {
    const one = whole(scattered('a'))
    play([one], 0, ROUNDS, 0.2)
    const { values, stride } = one.theta
    expect(values.every((x, at) => at % stride < PARAMETERS || x === 0)).toBe(true)
  })

  test('a peer that begins anew goes on with the others, and knows its neighbours', () => {
    const one = whole(scattered('a'))
    play([one], 0, 4, 0)
    one.aggregation.restart(1, 1)
    play([one], 4, ROUNDS, 0)
    expect(rowsOf(one).every(Number.isFinite)).toBe(true)
    for (let i = 0; i < PEERS; i++) {
      const known = one.aggregation.neighboursOf(i)
      expect(structuredClone(known)).toEqual(known)
      const names = known.map(({ neighbour }) => neighbour)
      expect(names).toEqual([...names].sort((a, b) => a - b))
      expect(names).not.toContain(i)
    }
  })

  test('unknown options are refused', () => {
    expect(family.options.safeParse({ ...given, nonsense: 1 }).success).toBe(false)
  })
}
