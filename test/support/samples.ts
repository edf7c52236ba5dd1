/** What a swarm of two peers says of itself, made up. */
import type { RoundSample, SwarmState, Traffic } from '../../src/interfaces.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'

/** A measured round. */
export const sampleAt = (round: number): RoundSample => ({
  round,
  swarm: {
    valueGap: null,
    policyDistance: null,
    entropy: null,
    consensusError: round / 10,
    valueError: 1.5,
    excessValueError: null,
    fixedPointError: 1e-300,
    return: null
  },
  peers: {
    consensusError: Float64Array.of(0.1, 0.2),
    valueError: Float64Array.of(3.25, 4.5),
    excessValueError: null,
    fixedPointError: Float64Array.of(1 / 3, 2 / 3),
    return: null,
    valueGap: null,
    policyDistance: null,
    entropy: null
  },
  correctionSum: 0.25,
  stopped: [],
  experience: { episodes: 2 * round, steps: 50 * round },
  traffic: {
    messages: 4 * round,
    bytes: 400 * round,
    missing: 0,
    refused: 0,
    dropped: { round: 2 },
    waitedFor: [1],
    virtualMs: 20 * round
  },
  seconds: round / 4
})

/** What was counted of each peer up to then. */
export const trafficAt = (round: number): Traffic => ({
  ...emptyTraffic(2),
  messagesIn: Float64Array.of(round, 3 * round),
  messagesOut: Float64Array.of(3 * round, round),
  bytesIn: Float64Array.of(100 * round, 300 * round),
  bytesOut: Float64Array.of(300 * round, 100 * round)
})

/** A checkpoint with every kind of number in it; `commanded` are the commands taken before. */
export const stateAt = (round: number, commanded: SwarmState['faults']['commanded'] = []): SwarmState => ({
  round,
  seconds: round / 4,
  theta: Float64Array.of(1 / 3, -0, 5e-324, round),
  learner: { streams: Int32Array.of(-1, 2 ** 31 - 1, 0, 7), chain: Float64Array.of(1) },
  aggregation: {
    offers: Uint8Array.of(1, 255),
    receipts: Uint32Array.of(2 ** 32 - 1),
    flows: Float64Array.of(-0.1)
  },
  faults: {
    rounds: round,
    commanded,
    virtualMs: 12.5,
    strikes: [Uint8Array.of(0, 3)],
    owed: [Uint32Array.of(7, 2 ** 32 - 1)],
    speaksAt: [Float64Array.of(1e-9, Number.POSITIVE_INFINITY)]
  },
  traffic: {
    ...emptyTraffic(2),
    messagesOut: Float64Array.of(1, 2),
    missing: Float64Array.of(0, 9),
    waitedFor: Float64Array.of(3, 0),
    dropped: { ...emptyTraffic(2).dropped, late: Float64Array.of(0, 2) }
  },
  reportedWaits: Float64Array.of(2, 0)
})
