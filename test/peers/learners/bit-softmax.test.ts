import { describe, expect, test } from 'vitest'
import { bitSoftmax } from '../../../peers/learners/bit-softmax.ts'
import { softmax } from '../../../peers/learners/softmax.ts'
import { ExperimentError } from '../../../src/core/errors.ts'
import type { Fleet, PolicyReadOut } from '../../../src/interfaces.ts'
import { randomFleet } from '../../support/fleets.ts'
import { range, sum } from '../../support/numbers.ts'
import {
  anywhere,
  type DrawsOf,
  directionOf,
  logSoftmax,
  optionsOf,
  single,
  slowGradient,
  standardErrorsOff
} from './slow-return.ts'

const STATES = 3

const fleetOf = (actions: number): Fleet =>
  randomFleet(
    {
      peers: 2,
      states: STATES,
      actions,
      branching: 2,
      features: 0,
      noise: { kind: 'none' },
      absorbing: false
    },
    5
  )

/** Bits as text: the prefix of L bits that says v has the parameters of node 2^L − 1 + v. */
const drawsOf =
  (actions: number): DrawsOf =>
  (theta, s, a) => {
    const bits = a.toString(2).padStart(Math.log2(actions), '0')
    return range(bits.length).map(p => {
      const prefix = bits.slice(0, p)
      const node = (1 << p) - 1 + Number.parseInt(prefix || '0', 2)
      const at = 2 * (s * (actions - 1) + node)
      return logSoftmax(theta.slice(at, at + 2), Number(bits[p]))
    })
  }

const sizeOf = (actions: number): number => STATES * 2 * (actions - 1)

const learner = (fleet: Fleet, sampling: 'expected' | 'iid', given: object) =>
  bitSoftmax.build(fleet, single(sampling), optionsOf(bitSoftmax, given))

const policyOf = (actions: number, theta: readonly number[]): Float64Array => {
  const out = new Float64Array(STATES * actions)
  const readOut = bitSoftmax.readOut(fleetOf(actions), optionsOf(bitSoftmax, {})) as PolicyReadOut
  readOut.policyInto(actions, Float64Array.from(theta), 0, out)
  return out
}

describe('bit-softmax', () => {
  test.each([2, 4, 16])('of %d actions each has the product of the probabilities of its bits', actions => {
    const theta = anywhere(sizeOf(actions))
    const policy = policyOf(actions, theta)
    for (const s of range(STATES)) {
      for (const a of range(actions))
        expect(policy[s * actions + a]).toBeCloseTo(Math.exp(sum(drawsOf(actions)(theta, s, a))), 14)
    }
  })

  test('the first bit is the most significant: its node alone tells actions 0, 1 from 2, 3', () => {
    const policy = policyOf(4, [0, Math.log(3), ...new Array<number>(16).fill(0)])
    const expected = [1 / 8, 1 / 8, 3 / 8, 3 / 8]
    expected.forEach((chance, a) => {
      expect(policy[a]).toBeCloseTo(chance, 15)
    })
  })

  const { discount } = fleetOf(2)
  test.each([
    [2, 0, [1]],
    [2, 0.6, [1]],
    [4, 0, [1, discount]],
    [4, 0.6, [1, discount]],
    [8, 0.6, [1, Math.sqrt(discount), discount]]
  ])(
    'the exact gradient is the finite difference of the truncated return, %d actions, λ = %d',
    (actions, entropy, counts) => {
      const fleet = fleetOf(actions)
      const theta = anywhere(sizeOf(actions))
      const horizon = actions === 8 ? 3 : 4
      const gradient = directionOf(learner(fleet, 'expected', { horizon, entropy }), theta)
      const objective = { fleet, peer: 1, horizon, entropy, drawsOf: drawsOf(actions), counts }
      for (const [j, g] of slowGradient(objective, theta).entries()) expect(gradient[j]).toBeCloseTo(g, 8)
    }
  )

  test.each([
    [2, 0.6],
    [4, 0],
    [8, 0.6]
  ])(
    "REINFORCE's mean is the exact gradient within 4 standard errors, %d actions, λ = %d",
    (actions, entropy) => {
      const fleet = fleetOf(actions)
      const theta = anywhere(sizeOf(actions))
      const given = { horizon: 5, entropy, batch: 500 }
      const exact = directionOf(learner(fleet, 'expected', given), theta)
      expect(standardErrorsOff(learner(fleet, 'iid', given), theta, exact, 150)).toBeLessThan(4)
    }
  )

  test('of two actions it is softmax', () => {
    const theta = anywhere(sizeOf(2))
    for (const sampling of ['expected', 'iid'] as const) {
      const given = { entropy: 0.3 }
      const plain = softmax.build(fleetOf(2), single(sampling), optionsOf(softmax, given))
      const directions = [learner(fleetOf(2), sampling, given), plain].map(one => directionOf(one, theta))
      for (const [j, g] of directions[0]!.entries()) expect(g).toBeCloseTo(directions[1]![j]!, 12)
    }
  })

  test.each([1, 3, 6])('refuses %d actions in one line', actions => {
    const fleet = fleetOf(actions)
    const refused = new ExperimentError(
      `bit-softmax needs 2, 4, 8 or another power of two of actions, and random has ${actions}; softmax takes any number`
    )
    expect(() => learner(fleet, 'iid', {})).toThrow(refused)
    expect(() => bitSoftmax.readOut(fleet, optionsOf(bitSoftmax, {}))).toThrow(refused)
  })
})
