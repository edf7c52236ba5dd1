import { afterEach, describe, expect, test, vi } from 'vitest'
import { challengingMdp } from '../../peers/environments/challenging-mdp.ts'
import { exactValues, optimalValues } from '../../peers/environments/exact.ts'
import { file } from '../../peers/environments/file.ts'
import { garnet } from '../../peers/environments/garnet.ts'
import { fleetCommand } from '../../src/cli/fleet.ts'
import type { Fleet, ValueTarget } from '../../src/interfaces.ts'

afterEach(() => vi.restoreAllMocks())

function printed(fleet: Fleet, json: boolean, target?: ValueTarget): string {
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(part => {
    text += part
    return true
  })
  fleetCommand(fleet, { environment: { name: 'file' }, placement: 'given', seed: '1' }, json, target)
  return text
}

const published = (): Fleet => file.build(10, { path: 'test/fixtures/garnet_het_N10.json' }, '1')

describe('the solutions of a learner that looks further ahead', () => {
  const target = { kind: 'lambda', lambda: 0.8 } as const

  test('are those that are printed', () => {
    const fleet = published()
    const exact = exactValues(fleet, target)
    const json = JSON.parse(printed(fleet, true, target))
    expect(json.target).toEqual(target)
    expect(json.thetaStar).toEqual([...exact.solution])
    const { A, b, thetaStar } = json.fleet[2]
    expect(thetaStar).toEqual([...exact.solutions.subarray(16, 24)])
    A.forEach((row: number[], j: number) => {
      expect(row.reduce((sum, x, k) => sum + x * thetaStar[k], 0)).toBeCloseTo(b[j], 12)
    })
    expect(printed(fleet, false, target)).not.toBe(printed(fleet, false))
  })
})

describe('fleet --json', () => {
  test('holds what another program needs to solve the fleet itself', () => {
    const fleet = published()
    const json = JSON.parse(printed(fleet, true))
    expect(json).toMatchObject({
      environment: { name: 'file' },
      placement: 'given',
      seed: '1',
      peers: 10,
      states: 30,
      actions: 2,
      discount: 0.95
    })
    expect(json).toMatchObject({ noise: { kind: 'none' }, epsilonP: 1, epsilonPActions: 1 })
    expect(json.epsilonR).toBeCloseTo(1.96, 2)
    expect(json.fleet).toHaveLength(10)

    const exact = exactValues(fleet)
    expect(json.thetaStar).toEqual([...exact.solution])
    const peer = json.fleet[3]
    expect(peer).toMatchObject({ peer: 3, environment: 'garnet_het_N10-3', type: 1 })
    expect(peer.thetaStar).toEqual([...exact.solutions.subarray(24, 32)])
    expect(peer.optimalValues).toEqual([...optimalValues(fleet).subarray(90, 120)])

    // Bellman and A θ* = b, from what is printed alone.
    for (let s = 0; s < 30; s++) {
      const action = json.policy[s].indexOf(1)
      const ahead = peer.transitions[s][action].map(([next, p]: [number, number]) => p * peer.values[next])
      const value = peer.rewards[s][action] + 0.95 * ahead.reduce((sum: number, x: number) => sum + x, 0)
      expect(peer.values[s]).toBeCloseTo(value, 12)
    }
    peer.A.forEach((row: number[], j: number) => {
      const product = row.reduce((sum, x, k) => sum + x * peer.thetaStar[k], 0)
      expect(product).toBeCloseTo(peer.b[j], 12)
    })
    expect(json.features[0]).toHaveLength(8)
    expect(json.reset).toHaveLength(30)
    expect(json.evaluation).toHaveLength(30)
  })

  test('says one-hot for one-hot features', () => {
    const fleet = garnet.build(2, garnet.options.parse({ states: 5, branching: 5 }), '1')
    expect(JSON.parse(printed(fleet, true))).toMatchObject({
      features: 'one-hot',
      thetaStar: expect.any(Array)
    })
  })
})

test('fleet prints one line per peer and the heterogeneity', () => {
  const text = printed(published(), false)
  expect(text).toContain('garnet_het_N10: 10 peers, 30 states, 2 actions, discount 0.95, reward noise none\n')
  expect(text).toContain('ε_P = 1.00 under the policy')
  expect(text).toContain('ε_r = 1.96')
  expect(text.match(/garnet_het_N10-\d/g)).toHaveLength(10)
})

test('fleet sums up what does not fit on a screen, and says so', () => {
  const fleet = garnet.build(2001, garnet.options.parse({ states: 3, noise: 0.5 }), '1')
  const text = printed(fleet, false)
  expect(text).toContain('reward noise uniform ±0.5')
  expect(text).toContain('ε_P: not computed for so many peers')
  expect(text).toContain('and 1,977 more: --json lists all')
})

describe('the best policies for all peers', () => {
  const fleet = challengingMdp.build(4, challengingMdp.options.parse({ rewards: 'gridworld' }), '1')

  test('are printed with their returns by type, and where they mix actions', () => {
    const text = printed(fleet, false)
    expect(text).toMatch(/^best policy for all {2}return {2}of type 0 {2}of type 1$/m)
    expect(text).toMatch(/^deterministic +55\.92 +90\.41 +21\.43$/m)
    expect(text).toMatch(/^stochastic +72\.69 +89\.93 +55\.44$/m)
    expect(text).toContain(
      'in state 0 the stochastic one takes actions 0 to 3 with 0.206, 0.206, 0.294, 0.294\n'
    )
    expect(text).not.toContain('in state 1')
  })

  test('are in --json by state and action, with the return of every peer', () => {
    const { deterministic, stochastic } = JSON.parse(printed(fleet, true)).commonPolicies
    expect(deterministic.policy[0]).toEqual([0, 0, 1, 0])
    expect(deterministic.return).toBeCloseTo(55.922, 3)
    expect(stochastic.return).toBeCloseTo(72.686, 3)
    expect(stochastic.policy).toHaveLength(7)
    expect(stochastic.returns).toHaveLength(4)
    expect(stochastic.returns[3]).toBeCloseTo(55.437, 3)
  })

  test('are passed over in silence where they are too many to compare, or there is no choice', () => {
    const single = garnet.build(2, garnet.options.parse({ states: 3, actions: 1 }), '1')
    for (const other of [published(), single]) {
      expect(printed(other, false)).not.toContain('best policy')
      expect(JSON.parse(printed(other, true)).commonPolicies).toBeUndefined()
    }
  })
})
