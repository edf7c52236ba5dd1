import { describe, expect, test } from 'vitest'
import {
  CONTENDERS,
  correctedOn,
  type LongRunSettings,
  predictedError,
  quadraticSetting,
  simulatedError
} from '../../src/reproduce/quadratics.ts'

const settings = (given: Partial<LongRunSettings>): LongRunSettings => ({
  contender: CONTENDERS[0]!,
  wishes: 'different',
  placement: 'given',
  stepSize: 0.1,
  peers: 16,
  rounds: 0,
  seed: '1',
  ...given
})
const named = (name: string) => CONTENDERS.find(each => each.name === name)!

describe('peers with quadratics', () => {
  test('want what sums to nothing, with noise of variance 1', () => {
    for (const wishes of ['equal', 'different', 'opposite'] as const) {
      const { fleet, judge } = quadraticSetting(settings({ wishes }))
      expect(fleet.rewards.reduce((sum, b) => sum + b, 0)).toBeCloseTo(0, 14)
      expect(judge.solution![0]).toBeCloseTo(0, 14)
      const { noise } = fleet
      expect(noise.kind === 'uniform' && (noise.halfWidth * noise.halfWidth) / 3).toBeCloseTo(1, 14)
    }
    const { fleet } = quadraticSetting(settings({}))
    expect([...fleet.rewards]).toEqual(Array.from({ length: 16 }, (_, i) => (4 * (i - 7.5)) / 16))
  })

  test.each([0.01, 0.1, 0.5])('scatter alone by η/(2 − η), with a server by 1/16 of it: η = %f', stepSize => {
    const scatter = (name: string) =>
      predictedError(quadraticSetting(settings({ contender: named(name), wishes: 'equal', stepSize })), 'iid')
    const alone = stepSize / (2 - stepSize)
    expect(scatter('alone') / alone).toBeCloseTo(1, 9)
    expect(scatter('server') / alone).toBeCloseTo(1 / 16, 9)
  })

  test('alone end where they want to be', () => {
    const bias = predictedError(quadraticSetting(settings({ contender: named('alone') })), 'expected')
    expect(bias).toBeCloseTo(1.328125, 9)
  })

  test('scatter in a simulation as predicted, plain and corrected', async () => {
    for (const contender of [named('one-peer-exponential'), correctedOn('ring')]) {
      const setting = quadraticSetting(settings({ contender, rounds: 20_000 }))
      const ratio = (await simulatedError(setting)) / predictedError(setting, 'iid')
      // 20,000 rounds are worth some 1,000 independent samples.
      expect(Math.abs(ratio - 1)).toBeLessThan(0.1)
    }
  })
})
