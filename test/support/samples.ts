/** A measured round of a swarm of two peers, made up. */
import type { RoundSample } from '../../src/interfaces.ts'

export const sampleAt = (round: number): RoundSample => ({
  round,
  swarm: {
    valueGap: null,
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
    valueGap: null
  },
  traffic: { messages: 4 * round, bytes: 400 * round, missing: 0, dropped: { round: 2 } },
  seconds: round / 4
})
