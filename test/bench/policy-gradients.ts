/** CartPole and policy gradients, steps of the environment per second: the product against objects and closures, Math.sin and Math.tanh. */
import seedrandom from 'seedrandom'
import { cartPole } from '../../peers/environments/cartpole.ts'
import { reinforce } from '../../peers/learners/reinforce.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import { stream } from '../../src/core/random.ts'
import type { SimulatedFleet } from '../../src/interfaces.ts'
import { nanoseconds, row } from './measure.ts'

const STEPS = 20_000
const CAP = 250
const STEP_SIZE = 0.01

const carts: SimulatedFleet = cartPole.build(1, cartPole.options.parse({ cap: CAP }), 'bench')

export function benchPolicyGradients(): void {
  const simulation = carts.simulationOf(0)
  const random = stream('bench', 0, 'environment')
  const observation = new Float64Array(4)
  simulation.reset(random, observation)
  compare(
    'CartPole step',
    nanoseconds(STEPS, () => {
      for (let t = 0; t < STEPS; t++) {
        simulation.step(t & 1, random, observation)
        if (simulation.terminated) simulation.reset(random, observation)
      }
    }),
    nanoseconds(STEPS, () => {
      const draw = seedrandom.alea('bench')
      let cart = started(draw)
      for (let t = 0; t < STEPS; t++) {
        const { state, terminated } = stepped(cart, t & 1)
        cart = terminated ? started(draw) : state
      }
    })
  )
  for (const hidden of ['none', 32] as const) {
    compare(
      `REINFORCE step, ${hidden === 'none' ? 'linear' : `${hidden} neurons`}, no baseline`,
      learning(hidden),
      rival(hidden === 'none' ? [4, 2] : [4, hidden, 2])
    )
  }
}

function compare(what: string, ours: number, rival: number): void {
  row(
    what,
    `${(1e3 / ours).toFixed(2)} M steps/s`,
    `${ours.toFixed(0)} ns, ${(rival / ours).toFixed(1)} times as fast as with objects (${rival.toFixed(0)} ns)`
  )
}

/** Nanoseconds of an environment step of the product, all included. */
function learning(hidden: 'none' | number): number {
  const options = reinforce.options.parse({ hidden, baseline: 'none', batch: 1 })
  const settings = { seed: 'bench', sampling: 'markov', localSteps: 1, stepSize: STEP_SIZE } as const
  const learner = reinforce.build(carts, settings, options)
  const theta = new Float64Array(strideOf(learner.parameters))
  reinforce.startInto?.(carts, options, stream('bench', 0, 'initial'), theta)
  return perStep(() => {
    const before = learner.experience?.steps[0] ?? 0
    learner.run(theta, theta.length, 0, 1, undefined)
    return (learner.experience?.steps[0] ?? 0) - before
  })
}

/** The best of several stretches of at least STEPS steps; `episode` plays one and says how long it was. */
function perStep(episode: () => number): number {
  let best = Number.POSITIVE_INFINITY
  for (let k = 0; k < 9; k++) {
    let steps = 0
    const started = performance.now()
    while (steps < STEPS) steps += episode()
    best = Math.min(best, ((performance.now() - started) * 1e6) / steps)
  }
  return best
}

interface Cart {
  readonly x: number
  readonly speed: number
  readonly angle: number
  readonly turning: number
}

const started = (draw: () => number): Cart => ({
  x: 0.1 * draw() - 0.05,
  speed: 0.1 * draw() - 0.05,
  angle: 0.1 * draw() - 0.05,
  turning: 0.1 * draw() - 0.05
})

function stepped({ x, speed, angle, turning }: Cart, action: number): { state: Cart; terminated: boolean } {
  const u = ((action === 1 ? 10 : -10) + 0.05 * turning * turning * Math.sin(angle)) / 1.1
  const angular =
    (9.8 * Math.sin(angle) - Math.cos(angle) * u) /
    (0.5 * (4 / 3 - (0.1 * Math.cos(angle) * Math.cos(angle)) / 1.1))
  const state = {
    x: x + 0.02 * speed,
    speed: speed + 0.02 * (u - (0.05 * angular * Math.cos(angle)) / 1.1),
    angle: angle + 0.02 * turning,
    turning: turning + 0.02 * angular
  }
  return { state, terminated: Math.abs(state.x) > 2.4 || Math.abs(state.angle) > 0.20943951 }
}

interface Layer {
  readonly weights: readonly (readonly number[])[]
  readonly biases: readonly number[]
}

/** The rival: layers as arrays of arrays, map and reduce, an object per step. Nanoseconds of an environment step. */
function rival(sizes: readonly number[]): number {
  const draw = seedrandom.alea('bench')
  let layers: readonly Layer[] = sizes.slice(1).map((neurons, l) => ({
    weights: Array.from({ length: neurons }, () =>
      Array.from({ length: sizes[l]! }, () => (draw() - 0.5) / 10)
    ),
    biases: new Array<number>(neurons).fill(0)
  }))
  function forward(seen: readonly number[]): readonly (readonly number[])[] {
    const said = [seen]
    for (const [l, { weights, biases }] of layers.entries()) {
      const x = said[l]!
      const sums = weights.map((w, o) => w.reduce((sum, value, j) => sum + value * x[j]!, biases[o]!))
      said.push(l < layers.length - 1 ? sums.map(Math.tanh) : sums)
    }
    return said
  }
  function episode(): number {
    const lived: { said: readonly (readonly number[])[]; chances: number[]; action: number }[] = []
    let cart = started(draw)
    for (let t = 0; t < CAP; t++) {
      const said = forward([cart.x, cart.speed, cart.angle, cart.turning])
      const weights = said.at(-1)!.map(Math.exp)
      const total = weights.reduce((sum, w) => sum + w, 0)
      const chances = weights.map(w => w / total)
      const action = draw() < chances[0]! ? 0 : 1
      lived.push({ said, chances, action })
      const { state, terminated } = stepped(cart, action)
      cart = state
      if (terminated) break
    }
    let toGo = 0
    for (const { said, chances, action } of lived.toReversed()) {
      toGo = 1 + 0.99 * toGo
      const gain = (STEP_SIZE * toGo) / lived.length
      let deltas = chances.map((p, a) => (Number(a === action) - p) * gain)
      const next = [...layers]
      for (let l = layers.length - 1; l >= 0; l--) {
        const x = said[l]!
        const { weights, biases } = layers[l]!
        next[l] = {
          weights: next[l]!.weights.map((w, o) => w.map((value, j) => value + deltas[o]! * x[j]!)),
          biases: biases.map((b, o) => b + deltas[o]!)
        }
        deltas = x.map((y, j) => weights.reduce((sum, w, o) => sum + w[j]! * deltas[o]!, 0) * (1 - y * y))
      }
      layers = next
    }
    return lived.length
  }
  return perStep(episode)
}

if (import.meta.main) benchPolicyGradients()
