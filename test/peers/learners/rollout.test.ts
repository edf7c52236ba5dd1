import { expect, test } from 'vitest'
import { Layers } from '../../../peers/learners/layers.ts'
import type { Networks } from '../../../peers/learners/policy-network.ts'
import { Rollout } from '../../../peers/learners/rollout.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import { range, sum } from '../../support/numbers.ts'

const ACTIONS = 3
const STEPS = 12
/** After these steps the trajectory breaks off, and is worth that much. */
const BREAKS: Readonly<Record<number, number>> = { 4: 0, 8: 2.5, 11: -1.25 }

const random = stream('rollout', 0, 'numbers')
const numbers = (count: number): Float64Array =>
  Float64Array.from({ length: count }, () => 2 * nextDouble(random) - 1)
const observations = range(STEPS).map(() => numbers(2))
const rewards = numbers(STEPS)

interface Trial {
  readonly networks: Networks
  readonly lambda: number
  readonly entropy: number
  readonly normalise: boolean
}

const outputsOf = (layers: Layers, theta: Float64Array, at: number, observation: Float64Array): number[] => {
  const tape = new Float64Array(layers.width)
  tape.set(observation)
  layers.forward(theta, at, tape, 0)
  return [...tape.subarray(layers.outputs)]
}

function chancesOf({ actor }: Networks, theta: Float64Array, observation: Float64Array): number[] {
  const weights = outputsOf(actor, theta, 0, observation).map(Math.exp)
  return weights.map(weight => weight / sum(weights))
}

const worthOf = ({ actor, critic }: Networks, theta: Float64Array, observation: Float64Array): number =>
  critic === undefined ? 0 : outputsOf(critic, theta, actor.parameters, observation)[0]!

/** The actions that were taken, and the gradient. */
function rolledOut({ networks, lambda, entropy, normalise }: Trial, theta: Float64Array) {
  const rollout = new Rollout(networks, { actions: ACTIONS, discount: 0.9, lambda, entropy, normalise })
  const dice = stream('rollout', 0, 'actions')
  const gradient = new Float64Array(theta.length)
  for (const _ of range(2)) {
    rollout.begin()
    rollout.act(theta, 0, observations[3]!, dice)
    rollout.earn(100)
    rollout.breakOff(100)
    rollout.begin()
  }
  const actions = observations.map((observation, t) => {
    const action = rollout.act(theta, 0, observation, dice)
    rollout.earn(rewards[t]!)
    if (BREAKS[t] !== undefined) rollout.breakOff(BREAKS[t])
    return action
  })
  rollout.gradientInto(theta, 0, gradient)
  return { actions, gradient }
}

/** A_t = Σ_k (γλ)^k δ_{t+k} to where the trajectory breaks off, summed anew for every t. */
function advantages({ networks, lambda }: Trial, theta: Float64Array): number[] {
  const values = observations.map(observation => worthOf(networks, theta, observation))
  return range(STEPS).map(t => {
    let total = 0
    let weight = 1
    for (let k = t; ; k++) {
      total += weight * (rewards[k]! + 0.9 * (BREAKS[k] ?? values[k + 1]!) - values[k]!)
      if (BREAKS[k] !== undefined) return total
      weight *= 0.9 * lambda
    }
  })
}

/** What the gradient is the gradient of, where advantages are held as they are. */
function surrogate(
  trial: Trial,
  theta: Float64Array,
  actions: readonly number[],
  held: readonly number[],
  targets: readonly number[]
): number {
  const { networks, entropy, normalise } = trial
  const mean = sum(held) / STEPS
  const deviation = Math.sqrt(sum(held.map(a => (a - mean) * (a - mean))) / STEPS)
  const terms = observations.map((observation, t) => {
    const chances = chancesOf(networks, theta, observation)
    const weight = normalise ? (held[t]! - mean) / deviation : held[t]!
    const surprise = -sum(chances.map(p => p * Math.log(p)))
    const off = targets[t]! - worthOf(networks, theta, observation)
    return weight * Math.log(chances[actions[t]!]!) + entropy * surprise - (off * off) / 2
  })
  return sum(terms) / STEPS
}

const hidden = { actor: new Layers([2, 5, ACTIONS]), critic: new Layers([2, 5, 1]) }
const linear = { actor: new Layers([2, ACTIONS]), critic: undefined }

test.each([
  ['REINFORCE without a baseline', { networks: linear, lambda: 1, entropy: 0, normalise: false }],
  ['REINFORCE with a critic', { networks: hidden, lambda: 1, entropy: 0, normalise: false }],
  ['generalised advantages', { networks: hidden, lambda: 0.7, entropy: 0, normalise: false }],
  ['one step ahead', { networks: hidden, lambda: 0, entropy: 0, normalise: false }],
  ['entropy', { networks: hidden, lambda: 0.7, entropy: 0.3, normalise: false }],
  ['advantages of mean 0 and deviation 1', { networks: hidden, lambda: 0.7, entropy: 0.3, normalise: true }]
])('the gradient is that of finite differences: %s', (_, trial) => {
  const theta = numbers(trial.networks.actor.parameters + (trial.networks.critic?.parameters ?? 0))
  const { actions, gradient } = rolledOut(trial, theta)
  const held = advantages(trial, theta)
  const targets = held.map((a, t) => a + worthOf(trial.networks, theta, observations[t]!))
  let worst = 0
  for (const j of theta.keys()) {
    const kept = theta[j]!
    theta[j] = kept + 1e-5
    const above = surrogate(trial, theta, actions, held, targets)
    theta[j] = kept - 1e-5
    const below = surrogate(trial, theta, actions, held, targets)
    theta[j] = kept
    worst = Math.max(worst, Math.abs((above - below) / 2e-5 - gradient[j]!))
  }
  expect(worst).toBeLessThan(1e-8)
  expect(new Set(actions).size).toBeGreaterThan(1)
})

test('there is room for rollouts of any length', () => {
  const rollout = new Rollout(hidden, {
    actions: ACTIONS,
    discount: 0.9,
    lambda: 1,
    entropy: 0,
    normalise: false
  })
  const theta = numbers(hidden.actor.parameters + hidden.critic.parameters)
  const dice = stream('rollout', 0, 'long')
  const gradientOf = (repeats: number): Float64Array => {
    rollout.begin()
    for (const _ of range(repeats)) {
      rollout.act(theta, 0, observations[0]!, { words: dice.words.slice(), at: 0 })
      rollout.earn(1)
      rollout.breakOff(0)
    }
    const gradient = new Float64Array(theta.length)
    rollout.gradientInto(theta, 0, gradient)
    return gradient
  }
  const one = gradientOf(1)
  const many = gradientOf(1000)
  expect(Math.max(...one.map((g, j) => Math.abs(g - many[j]!)))).toBeLessThan(1e-12)
})

test('what is seen at the end is worth what the critic says of it, and nothing without one', () => {
  const settings = { actions: ACTIONS, discount: 0.9, lambda: 1, entropy: 0, normalise: false }
  const theta = numbers(hidden.actor.parameters + hidden.critic.parameters)
  const seen = observations[2]!
  expect(new Rollout(hidden, settings).valueOf(theta, 0, seen)).toBe(worthOf(hidden, theta, seen))
  expect(new Rollout(linear, settings).valueOf(theta, 0, seen)).toBe(0)
})
