import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Who } from '../../src/policy/repertoire.ts'
import { Repertoire } from '../../src/policy/repertoire.ts'
import { run } from '../support/run.ts'

const options = { seed: 's', isGreedy: false }

/** After a few rounds of a small run. */
async function learnt(raw: Readonly<Record<string, unknown>>) {
  const { setting, parameters } = await run({ rounds: 5, ...raw })
  const saved = { experiment: setting.experiment, parameters: parameters.map(row => Float64Array.from(row)) }
  return { setting, saved }
}

const finite = await learnt({
  learner: 'softmax',
  environment: 'garnet:states=8,actions=3,discount=0.8',
  peers: 3,
  aggregation: 'none'
})
const carts = await learnt({
  learner: 'reinforce:hidden=4,batch=2',
  environment: 'cartpole:cap=60,lengthSpread=0.5',
  peers: 3,
  aggregation: 'none',
  localSteps: 3,
  rounds: 8
})

describe('in finite environments', () => {
  const repertoire = new Repertoire(finite.saved, options)

  test('the return of a policy anywhere is what the judge of a run says', () => {
    for (const i of [0, 1, 2])
      for (const j of [0, 1, 2])
        expect(repertoire.returnIn(i, j, 1)).toBe(
          finite.setting.judge.returnIn!(j, finite.saved.parameters[i]!)
        )
  })

  test('episodes are worth as much in the mean', () => {
    const played = repertoire.play(1, 2, 3000)
    const values = played.map(({ discounted }) => discounted)
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (values.length - 1)
    const exact = repertoire.exactReturn(1, 2)!
    // What is cut off is at most 0.1 % of the largest value there can be, 1 / (1 − γ).
    const cut = 1e-3 / (1 - 0.8)
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(variance / values.length) + cut)
    // 0.8³⁰ is above a thousandth, 0.8³¹ below.
    expect(played.every(({ steps, terminated }) => steps === 31 && !terminated)).toBe(true)
  })

  test('the mean of logits of tables is the softmax of the mean of parameters', () => {
    for (const j of [0, 1, 2])
      expect(repertoire.exactReturn('logits', j)).toBeCloseTo(repertoire.exactReturn('mean', j)!, 12)
    expect(repertoire.exactReturn('mean', 0)).not.toBeCloseTo(repertoire.exactReturn(0, 0)!, 6)
  })

  test('greedy policies take what is most probable, and their logits vote', () => {
    const states = 8
    const actions = 3
    const parameters = [0, 2, 2].map(favourite => {
      const theta = new Float64Array(states * actions)
      for (let s = 0; s < states; s++) theta[s * actions + favourite] = 1
      return theta
    })
    const greedy = new Repertoire({ ...finite.saved, parameters }, { ...options, isGreedy: true })
    const always = (action: number): number => {
      const theta = new Float64Array(states * actions).fill(-800)
      for (let s = 0; s < states; s++) theta[s * actions + action] = 0
      return new Repertoire({ ...finite.saved, parameters: [theta, theta, theta] }, options).exactReturn(
        0,
        1
      )!
    }
    const actionsOf = (who: Who): Set<number> => {
      const seen = new Set<number>()
      greedy.play(who, 1, 1, (_, action) => action !== null && seen.add(action))
      return seen
    }
    expect([0, 1, 2].map(i => [...actionsOf(i)])).toEqual([[0], [2], [2]])
    expect(greedy.exactReturn(0, 1)).toBeCloseTo(always(0), 12)
    expect(greedy.exactReturn('logits', 1)).toBeCloseTo(always(2), 12)
  })

  test('rows of a record, which end in zeros, are the same policies', () => {
    const padded = finite.saved.parameters.map(row => Float64Array.from([...row, 0, 0]))
    const again = new Repertoire({ ...finite.saved, parameters: padded }, options)
    for (const who of again.everybody) expect(again.exactReturn(who, 1)).toBe(repertoire.exactReturn(who, 1))
  })
})

describe('in simulated environments', () => {
  const repertoire = new Repertoire(carts.saved, options)

  test('there is no exact return, and the score is that of episodes', () => {
    expect(repertoire.exactReturn(0, 0)).toBeUndefined()
    const played = repertoire.play(2, 1, 5)
    expect(repertoire.returnIn(2, 1, 5)).toBe(played.reduce((sum, { score }) => sum + score, 0) / 5)
    for (const { score, steps, terminated } of played) {
      expect(score).toBe(steps)
      expect(terminated).toBe(steps < 60)
    }
  })

  test('the same seed plays the same episodes, another seed others', () => {
    const scores = (seed: string): number[] =>
      new Repertoire(carts.saved, { ...options, seed }).play(0, 0, 6).map(({ score }) => score)
    expect(scores('s')).toEqual(repertoire.play(0, 0, 6).map(({ score }) => score))
    expect(scores('t')).not.toEqual(scores('s'))
  })

  test('of networks the mean of parameters and that of logits are different policies', () => {
    const actionsOf = (who: Who): number[] => {
      const actions: number[] = []
      repertoire.play(who, 0, 20, (_, action) => action !== null && actions.push(action))
      return actions
    }
    expect(actionsOf('mean')).not.toEqual(actionsOf('logits'))
  })

  test('where all peers have one policy, that is the mean either way', () => {
    const [theta] = carts.saved.parameters
    const same = new Repertoire({ ...carts.saved, parameters: [theta!, theta!, theta!] }, options)
    expect(same.play('mean', 1, 4)).toEqual(same.play(0, 1, 4))
    expect(same.play('logits', 1, 4)).toEqual(same.play(0, 1, 4))
  })
})

test('who learns values has no policy to play', () => {
  const { experiment } = resolve({ peers: 2, learner: 'td' })
  expect(() => new Repertoire({ experiment, parameters: [new Float64Array(30)] }, options)).toThrow(
    'play: td learns the values of a given policy, so there is no policy to play'
  )
})

test('parameters of another learner are refused', () => {
  const { setting } = finite
  const parameters = [0, 1, 2].map(() => new Float64Array(7))
  expect(() => new Repertoire({ experiment: setting.experiment, parameters }, options)).toThrow(
    'there are 7 parameters for each peer, and softmax has 24 in this environment'
  )
})
