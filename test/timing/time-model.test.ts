/** Sixteen peers that take a mean, by formula and by clock, against numbers that were computed elsewhere. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hopsOf } from '../../src/aggregation/star.ts'
import { present } from '../../src/core/assert.ts'
import type { NetworkPlan } from '../../src/interfaces.ts'
import {
  completeSeconds,
  gossipBusiestBytes,
  gossipSeconds,
  onePeerSeconds,
  ringAllReduceBusiestBytes,
  ringAllReduceSeconds,
  serverBusiestBytes,
  serverSeconds
} from '../../src/timing/closed-forms.ts'
import type { NetworkModel } from '../../src/timing/network-models.ts'
import { RoundClock } from '../../src/timing/round-clock.ts'
import { mixingMatrix, mixingOf } from '../../topologies/index.ts'
import { periodContraction, staticContraction } from '../../topologies/mixing/contraction.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { range } from '../support/numbers.ts'
import { built } from '../support/topologies.ts'
import { directedRing, planOf } from './plans.ts'

const oracle = z
  .object({
    networks: z.array(
      z.object({
        latencySeconds: z.number(),
        bytesPerSecond: z.number(),
        bytes: z.number(),
        contenders: z.record(
          z.string(),
          z.object({
            roundsTo1e3: z.number(),
            secondsPerRound: z.number(),
            busiestSentBytesPerRound: z.number(),
            secondsTo1e3: z.number()
          })
        )
      })
    )
  })
  .parse(JSON.parse(readFileSync('test/fixtures/time-model.json', 'utf8')))

/** Rounds until differences are a thousandth of what they were, whatever they were. */
function roundsOf(name: string, options: object = {}): number {
  const { topology } = built(name, 16, options)
  const period = Array.from({ length: present(topology.period, 'a period') }, (_, round) =>
    mixingMatrix(topology.graphAt(round), topology.directed, 'metropolis')
  )
  const first = present(period[0], 'W')
  const { perRound, exactAfter } =
    period.length === 1 ? staticContraction(first, numericalSpectrum(first)) : periodContraction(period)
  return exactAfter ?? Math.ceil(Math.log(1e-3) / Math.log(present(perRound, 'a contraction')))
}

interface Contender {
  readonly rounds: () => number
  readonly seconds: (model: NetworkModel, bytes: number) => number
  /** In and out. */
  readonly busiest: (bytes: number) => number
  readonly plan: () => NetworkPlan
  /** The part of its parameters that a peer sends at once. */
  readonly part?: number
}

const gossip = (degree: number, name: string, options?: object): Contender => ({
  rounds: () => roundsOf(name, options),
  seconds: (model, bytes) => gossipSeconds(model, bytes, degree),
  busiest: bytes => gossipBusiestBytes(bytes, degree),
  plan() {
    const { topology } = built(name, 16, options)
    const mixing = mixingOf(topology, 'metropolis', 100)
    return planOf(mixing.links, topology.period === 1 ? {} : { uses: round => mixing.uses(round) })
  }
})

const around = directedRing(16)
const toServer = hopsOf(15)

const contenders: Readonly<Record<string, Contender>> = {
  star_server: {
    rounds: () => 1,
    seconds: (model, bytes) => serverSeconds(model, bytes, 16, 'peer'),
    busiest: bytes => serverBusiestBytes(bytes, 16, 'peer'),
    plan: () => planOf(toServer[0]!, { hops: toServer })
  },
  ring_allreduce: {
    rounds: () => 1,
    seconds: (model, bytes) => ringAllReduceSeconds(model, bytes, 16),
    busiest: bytes => ringAllReduceBusiestBytes(bytes, 16),
    plan: () => planOf(around, { hops: range(30).map(() => around) }),
    part: 1 / 16
  },
  one_peer_exponential: { ...gossip(1, 'one-peer-exponential'), seconds: onePeerSeconds },
  ring_gossip: gossip(2, 'ring'),
  hypercube_gossip: gossip(4, 'hypercube'),
  static_exponential: gossip(4, 'exponential', { directed: true }),
  complete_gossip: {
    ...gossip(15, 'complete'),
    seconds: (model, bytes) => completeSeconds(model, bytes, 16)
  },
  star_gossip_MH: gossip(15, 'star')
}

test('all contenders are there whose numbers are known', () => {
  expect(oracle.networks).toHaveLength(4)
  for (const network of oracle.networks)
    expect(Object.keys(network.contenders)).toEqual(Object.keys(contenders))
})

describe.each(oracle.networks)(
  '16 peers, $bytes bytes over $bytesPerSecond bytes per second, latency $latencySeconds s',
  network => {
    const model: NetworkModel = {
      latencyMs: 1000 * network.latencySeconds,
      mbitPerSecond: network.bytesPerSecond / 125_000,
      duplex: 'full',
      stepMs: 0,
      stragglers: 0,
      loss: 0
    }

    test.each(Object.entries(contenders))('%s takes as long as was computed elsewhere', (name, contender) => {
      const { rounds, seconds, busiest, plan, part = 1 } = contender
      const expected = present(network.contenders[name], name)
      const perRound = seconds(model, network.bytes)
      expect(perRound / expected.secondsPerRound).toBeCloseTo(1, 12)
      expect(rounds()).toBe(expected.roundsTo1e3)
      expect((rounds() * perRound) / expected.secondsTo1e3).toBeCloseTo(1, 12)
      // As much comes in as goes out.
      expect(busiest(network.bytes)).toBe(2 * expected.busiestSentBytesPerRound)
      const clock = new RoundClock(plan(), part * network.bytes, model, {
        peers: 16,
        localSteps: 1,
        seed: '1'
      })
      for (let round = 0; round < rounds(); round++) clock.round(round)
      expect(clock.seconds / expected.secondsTo1e3).toBeCloseTo(1, 12)
    })
  }
)
