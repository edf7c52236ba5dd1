/** A run that nobody ran, as a report is told of it: errors that fall, on a ring. */

import { resolve } from '../../src/experiment/resolve.ts'
import type { RoundSample, SwarmErrors } from '../../src/interfaces.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'
import { newManifest } from '../../src/records/manifest.ts'
import type { RunFacts } from '../../src/report/html/run-facts.ts'
import { resultOf } from '../../src/session/result.ts'
import { circleLayout } from '../../topologies/parts/layouts.ts'

const NOTHING = { return: null, valueGap: null, policyDistance: null, entropy: null }

const errorsAfter = (round: number): SwarmErrors => ({
  ...NOTHING,
  consensusError: 1 / round,
  valueError: 2 / round + 0.1 * Math.sin(round),
  excessValueError: 2 / round,
  fixedPointError: 3 / round
})

/** `given` replaces what it names. */
export function madeFacts(rounds: number, peers: number, given: Partial<RunFacts> = {}): RunFacts {
  const { experiment } = resolve({ peers, rounds, transport: 'simulated' })
  const errors = Array.from({ length: rounds }, (_, k) => errorsAfter(k + 1))
  const column = (scale: number): Float64Array =>
    Float64Array.from({ length: peers }, (_, i) => scale * (1 + i / 7))
  const traffic = emptyTraffic(peers)
  for (let i = 0; i < peers; i++) {
    traffic.messagesIn[i] = 2 * rounds
    traffic.messagesOut[i] = 2 * rounds
    traffic.bytesIn[i] = 1000 * (rounds + i)
    traffic.bytesOut[i] = 1000 * rounds
  }
  const sample: RoundSample = {
    round: rounds,
    swarm: errorsAfter(rounds),
    peers: {
      ...NOTHING,
      consensusError: column(0.01),
      valueError: column(0.2),
      excessValueError: column(0.1),
      fixedPointError: column(0.3)
    },
    correctionSum: null,
    stopped: [],
    experience: null,
    traffic: {
      messages: 2 * rounds * peers,
      bytes: 1000 * rounds * peers,
      missing: 0,
      refused: 0,
      dropped: {},
      waitedFor: [],
      virtualMs: 0
    },
    seconds: 2
  }
  const curve = errors.map((each, k) => ({ round: k + 1, errors: each, bytes: 1000 * (k + 1) * peers }))
  return {
    manifest: {
      ...newManifest('made', experiment, 'murmur run --peers 3', new Date('2026-11-22T18:03:11Z')),
      status: 'finished',
      round: rounds
    },
    experiment,
    settings: 'peers: 3\n',
    doubts: [],
    curve,
    result: resultOf(experiment.aggregation, { traffic }, sample, curve),
    labels: Array.from({ length: peers }, (_, i) => `garnet-${i}`),
    withFaults: false,
    events: [],
    places: circleLayout(peers),
    edges: Array.from({ length: peers }, (_, i) => [i, (i + 1) % peers] as const),
    graphNote: undefined,
    predicted: undefined,
    time: undefined,
    ...given
  }
}
