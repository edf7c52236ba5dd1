/** Errors of fleets of two states, against values worked out by hand. */
import { describe, expect, test } from 'vitest'
import { tabularPolicy } from '../../peers/learners/softmax.ts'
import { linearValues } from '../../peers/learners/values.ts'
import type { Features, SwarmErrors } from '../../src/interfaces.ts'
import { judgeOf, tailOf } from '../../src/metrics/judge.ts'
import { type WrittenPeer, writtenFleet } from '../support/fleets.ts'
import { filled } from '../support/matrices.ts'

const near = (...values: number[]) => values.map(value => expect.closeTo(value, 12))

describe('values of a given policy', () => {
  // μ = (1/3, 2/3) and V = (4, 8); μ = (1/2, 1/2) and V = (2, −2).
  const rising: WrittenPeer = {
    transitions: [[[1 / 2, 1 / 2]], [[1 / 4, 3 / 4]]],
    rewards: [[1], [4.5]]
  }
  const falling: WrittenPeer = { transitions: [[[1 / 2, 1 / 2]], [[1 / 2, 1 / 2]]], rewards: [[2], [-2]] }

  test('one-hot: distances to V_i under μ_i, to θ* and to the mean, and their root mean squares', () => {
    const judge = judgeOf(writtenFleet([rising, falling]), linearValues)
    // A₀ + A₁ = (15 −5; −5 19)/24, b₀ + b₁ = (4/3, 2).
    const solution = [848 / 260, 880 / 260] as const
    expect([...judge.solution!.subarray(0, 2)]).toEqual(near(...solution))
    const theta = filled([
      [solution[0] + 3, solution[1]],
      [solution[0], solution[1] - 4]
    ])
    const { peers, swarm } = judge.measure(theta)
    expect([...peers.fixedPointError!]).toEqual(near(3, 4))
    expect(swarm.fixedPointError).toBeCloseTo(Math.sqrt(12.5), 12)
    expect([...peers.consensusError!]).toEqual(near(2.5, 2.5))
    expect(swarm.consensusError).toBeCloseTo(2.5, 12)

    theta.values.set([4 + 3, 8], 0)
    theta.values.set([2, -2 + 2], theta.stride)
    const { peers: off, swarm: together } = judge.measure(theta)
    expect([...off.valueError!]).toEqual(near(Math.sqrt(3), Math.sqrt(2)))
    expect([...off.excessValueError!]).toEqual(near(Math.sqrt(3), Math.sqrt(2)))
    expect(together.valueError).toBeCloseTo(Math.sqrt(2.5), 12)
    expect(together.excessValueError).toBeCloseTo(Math.sqrt(2.5), 12)
  })

  test('features: the excess is the distance to the best that they can represent, under μ_i', () => {
    // φ = (1, 2): θ_0* = 4 is exact; A_1 = 11/8 and b_1 = −1, so θ_1* = −8/11; θ* = (19/3 − 1)/(19/12 + 11/8).
    const features: Features = {
      kind: 'table',
      count: 1,
      table: Float64Array.of(1, 0, 0, 0, 2, 0, 0, 0),
      stride: 4
    }
    const judge = judgeOf(writtenFleet([rising, falling], { features }), linearValues)
    const { peers, swarm } = judge.measure(filled([[5], [1]]))
    expect([...peers.valueError!]).toEqual(near(Math.sqrt(3), Math.sqrt(8.5)))
    expect([...peers.excessValueError!]).toEqual(near(Math.sqrt(3), (19 / 11) * Math.sqrt(2.5)))
    expect([...peers.fixedPointError!]).toEqual(near(5 - 128 / 71, 128 / 71 - 1))
    expect(swarm.valueError).toBeCloseTo(Math.sqrt(5.75), 12)
    expect(swarm.excessValueError).toBeCloseTo(Math.sqrt((3 + (361 / 121) * 2.5) / 2), 12)
    expect([...peers.consensusError!]).toEqual([2, 2])
  })

  test('one-hot: a state that no peer visits in the long run is left out of the fixed-point error', () => {
    // 0 → 1, which absorbs and restarts in 1: μ = (0, 1). Σ A_i = (·; 0 1), Σ b_i = 6 in state 1.
    const transitions = [[[0, 1]], [[0, 1]]]
    const peers: WrittenPeer[] = [
      { transitions, rewards: [[1], [2]] },
      { transitions, rewards: [[3], [4]] }
    ]
    const judge = judgeOf(writtenFleet(peers, { reset: Float64Array.of(0, 1) }), linearValues)
    expect([...judge.solution!.subarray(0, 2)]).toEqual(near(5, 6))
    const theta = filled([
      [100, 7],
      [-100, 4]
    ])
    expect([...judge.measure(theta).peers.fixedPointError!]).toEqual(near(1, 2))
    expect(judge.measure(theta).swarm.fixedPointError).toBeCloseTo(Math.sqrt(2.5), 12)

    // A state that one of them visits counts for both.
    const visitor: WrittenPeer = { transitions: [[[0, 1]], [[1, 0]]], rewards: [[0], [0]] }
    const shared = judgeOf(writtenFleet([peers[0]!, visitor], { reset: Float64Array.of(0, 1) }), linearValues)
    const [zero, one] = shared.solution!
    expect([
      ...shared.measure(
        filled([
          [zero! + 3, one!],
          [zero!, one!]
        ])
      ).peers.fixedPointError!
    ]).toEqual(near(3, 0))
  })

  test('rows of θ after the peers are nobody: the hub of a star does not count', () => {
    const judge = judgeOf(writtenFleet([rising, falling]), linearValues)
    const theta = filled([
      [0, 0],
      [6, 8],
      [1e9, -1e9]
    ])
    const { peers, swarm } = judge.measure(theta)
    expect([...peers.consensusError!]).toEqual([5, 5])
    expect(swarm.consensusError).toBe(5)
    expect(peers.valueError).toHaveLength(2)
  })

  test('a peer is seen with its values, those that are true, and those of θ* of who takes part', () => {
    // φ = (1, 2), as above.
    const features: Features = {
      kind: 'table',
      count: 1,
      table: Float64Array.of(1, 0, 0, 0, 2, 0, 0, 0),
      stride: 4
    }
    const judge = judgeOf(writtenFleet([rising, falling], { features }), linearValues)
    expect(judge.measures).toBe('value')
    const { values, exactValues, federatedValues, weights, policy, solution, ownSolution } = judge.view(
      1,
      Float64Array.of(5)
    )
    expect([...values]).toEqual([5, 10])
    expect([...exactValues]).toEqual(near(2, -2))
    expect([...federatedValues!]).toEqual(near(128 / 71, 256 / 71))
    expect([...weights]).toEqual(near(1 / 2, 1 / 2))
    expect([...solution!]).toEqual(near(128 / 71))
    expect([...ownSolution!]).toEqual(near(-8 / 11))
    expect(policy).toBeNull()

    const alone = judge.view(1, Float64Array.of(5), Uint8Array.of(0, 1))
    expect([...alone.solution!]).toEqual(near(-8 / 11))
    expect([...alone.federatedValues!]).toEqual(near(-8 / 11, -16 / 11))
  })

  test('a peer at its own solution has the exact values, where the features can represent them', () => {
    const judge = judgeOf(writtenFleet([rising, falling]), linearValues)
    const { ownSolution } = judge.view(0, new Float64Array(2))
    const { values, exactValues } = judge.view(0, ownSolution!)
    expect(values).toEqual(exactValues)
    expect([...values]).toEqual(near(4, 8))
  })

  test('what was seen of a peer does not change the judge', () => {
    const judge = judgeOf(writtenFleet([rising, falling]), linearValues)
    const [seen, again] = [judge.view(0, new Float64Array(2)), judge.view(0, new Float64Array(2))]
    for (const column of Object.values(seen)) column?.fill(99)
    expect(judge.view(0, new Float64Array(2))).toEqual(again)
  })

  test('have no return and no value gap', () => {
    const { peers, swarm } = judgeOf(writtenFleet([rising, falling]), linearValues).measure(
      filled([
        [0, 0],
        [0, 0]
      ])
    )
    expect(peers).toMatchObject({ return: null, valueGap: null })
    expect(swarm).toMatchObject({ return: null, valueGap: null })
  })
})

describe('policies', () => {
  // Action 0 stays, action 1 goes to the other state and pays nothing.
  const moves = [
    [
      [1, 0],
      [0, 1]
    ],
    [
      [0, 1],
      [1, 0]
    ]
  ]
  const paid: WrittenPeer = {
    transitions: moves,
    rewards: [
      [1, 0],
      [3, 0]
    ]
  }
  const fined: WrittenPeer = {
    transitions: moves,
    rewards: [
      [-1, 0],
      [-3, 0]
    ]
  }
  const fleet = writtenFleet([paid, fined], { evaluation: Float64Array.of(1 / 4, 3 / 4) })

  test('return and value gap are taken under the evaluation distribution; the swarm has the mean return', () => {
    // The uniform policy has V = ±(1.5, 2.5); the best ones V* = (3, 6), going and then staying, and (0, 0), always going.
    const { peers, swarm } = judgeOf(fleet, tabularPolicy).measure(
      filled([
        [0, 0, 0, 0],
        [0, 0, 0, 0]
      ])
    )
    expect([...peers.return!]).toEqual(near(2.25, -2.25))
    expect([...peers.valueGap!]).toEqual(near(Math.sqrt(9.75), Math.sqrt(5.25)))
    expect(swarm.return).toBeCloseTo(0, 12)
    expect(swarm.valueGap).toBeCloseTo(Math.sqrt(7.5), 12)
  })

  test('each peer is judged by its own parameters', () => {
    // Peer 1 always goes: nothing is lost.
    const { peers, swarm } = judgeOf(fleet, tabularPolicy).measure(
      filled([
        [0, 0, 0, 0],
        [-1e3, 0, -1e3, 0]
      ])
    )
    expect([...peers.return!]).toEqual(near(2.25, 0))
    expect([...peers.valueGap!]).toEqual(near(Math.sqrt(9.75), 0))
    expect(swarm.return).toBeCloseTo(1.125, 12)
  })

  test('policies are compared in total variation with their mean, and decided ones have no entropy', () => {
    // Both are undecided in state 0; in state 1, of weight 3/4, peer 1 always goes.
    const { peers, swarm } = judgeOf(fleet, tabularPolicy).measure(
      filled([
        [0, 0, 0, 0],
        [0, 0, -1e3, 0]
      ])
    )
    expect([...peers.policyDistance!]).toEqual(near(3 / 16, 3 / 16))
    expect([...peers.entropy!]).toEqual(near(Math.log(2), Math.log(2) / 4))
    expect(swarm.policyDistance).toBeCloseTo(3 / 16, 12)
    expect(swarm.entropy).toBeCloseTo((5 / 8) * Math.log(2), 12)
  })

  test('the return of a policy in the environment of another peer is exact, too', () => {
    const { returnIn } = judgeOf(fleet, tabularPolicy)
    const always = Float64Array.of(-1e3, 0, -1e3, 0)
    expect([0, 1].map(i => returnIn?.(i, always))).toEqual(near(0, 0))
    expect([0, 1].map(i => returnIn?.(i, new Float64Array(4)))).toEqual(near(2.25, -2.25))
  })

  test('a peer is seen with its policy, the exact values of that, and the best there are', () => {
    const judge = judgeOf(fleet, tabularPolicy)
    expect(judge.measures).toBe('policy')
    const { values, exactValues, weights, policy, ...none } = judge.view(0, new Float64Array(4))
    expect([...policy!]).toEqual(near(1 / 2, 1 / 2, 1 / 2, 1 / 2))
    expect([...values]).toEqual(near(1.5, 2.5))
    expect([...exactValues]).toEqual(near(3, 6))
    expect([...weights]).toEqual([1 / 4, 3 / 4])
    expect(none).toEqual({ federatedValues: null, solution: null, ownSolution: null })
  })

  test('have no θ*, and no errors of values', () => {
    const judge = judgeOf(fleet, tabularPolicy)
    expect(judge.solution).toBeUndefined()
    const { peers, swarm } = judge.measure(
      filled([
        [0, 0, 0, 0],
        [0, 2, 0, 0]
      ])
    )
    const none = { valueError: null, excessValueError: null, fixedPointError: null }
    expect(peers).toMatchObject(none)
    expect(swarm).toMatchObject({ ...none, consensusError: 1 })
  })
})

describe('the tail', () => {
  const errors = (value: number): SwarmErrors => ({
    consensusError: value,
    valueError: null,
    excessValueError: null,
    fixedPointError: null,
    return: value,
    valueGap: 2 * value,
    policyDistance: 3 * value,
    entropy: 4 * value
  })

  test.each([
    { history: [5], tail: [5] },
    { history: [100, 5], tail: [5] },
    { history: [100, 1, 7], tail: [1, 7] },
    { history: [100, 100, 1, 7], tail: [1, 7] },
    { history: [100, 100, 1, 7, 3], tail: [1, 7, 3] }
  ])('of $history are $tail: root mean squares, of returns and entropies the mean', ({ history, tail }) => {
    const squares = tail.reduce((sum, x) => sum + x * x, 0) / tail.length
    const mean = tail.reduce((sum, x) => sum + x, 0) / tail.length
    expect(tailOf(history.map(errors))).toEqual({
      consensusError: expect.closeTo(Math.sqrt(squares), 12),
      valueError: null,
      excessValueError: null,
      fixedPointError: null,
      return: expect.closeTo(mean, 12),
      valueGap: expect.closeTo(2 * Math.sqrt(squares), 12),
      policyDistance: expect.closeTo(3 * Math.sqrt(squares), 12),
      entropy: expect.closeTo(4 * mean, 12)
    })
  })

  test('of nothing is nothing', () => {
    expect(tailOf([])).toBeNull()
  })
})
