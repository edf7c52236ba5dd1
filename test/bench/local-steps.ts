/** TD steps per second: the product's kernels against the same arithmetic with objects and a closure generator. */
import seedrandom from 'seedrandom'
import { td } from '../../peers/learners/td.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { randomFleet } from '../support/fleets.ts'
import { nanoseconds, row } from './measure.ts'

const STEPS = 100

export function benchLocalSteps(): void {
  for (const [what, features, noise] of [
    ['linear, d = 8', 8, 'none'],
    ['linear, d = 8, Bernoulli rewards', 8, 'bernoulli'],
    ['linear, d = 16', 16, 'none'],
    ['tabular, 30 states, Bernoulli rewards', 0, 'bernoulli']
  ] as const) {
    const shape = {
      peers: 100,
      states: 30,
      actions: 2,
      branching: 2,
      features,
      noise: { kind: noise },
      absorbing: false
    }
    const fleet = randomFleet(shape, 1)
    const stride = fleet.features.stride
    const theta = new Float64Array(fleet.peers * stride)
    const settings = { seed: 'bench', sampling: 'markov', localSteps: STEPS, stepSize: 0.01 } as const
    const learner = td.build(fleet, settings, td.options.parse({}))
    const ours = nanoseconds(200 * STEPS * fleet.peers, () => {
      for (let round = 0; round < 200; round++) learner.run(theta, stride, 0, fleet.peers, undefined)
    })
    const plain = objects(fleet)
    const rival = nanoseconds(10 * STEPS * fleet.peers, () => {
      for (let round = 0; round < 10; round++) for (const peer of plain) peer.run(STEPS)
    })
    row(
      `TD step, ${what}`,
      `${ours.toFixed(1)} ns`,
      `${(rival / ours).toFixed(0)}× faster than with objects (${rival.toFixed(0)} ns)`
    )
  }
}

/** The rival: one object per peer, arrays of numbers, map and reduce, alea, a scan of the cumulative distribution. */
function objects(fleet: Fleet): { run(steps: number): void }[] {
  const { states, actions, branching, features, discount, noise } = fleet
  const d = features.count
  return Array.from({ length: fleet.peers }, (_, i) => {
    const draw = seedrandom.alea(`bench/${i}`)
    const outcomes = Array.from({ length: states }, (_, s) =>
      Array.from({ length: actions * branching }, (_, o) => {
        const at = ((i * states + s) * actions + Math.floor(o / branching)) * branching + (o % branching)
        const probability = fleet.policy[s * actions + Math.floor(o / branching)]! * fleet.probabilities[at]!
        return {
          probability,
          next: fleet.successors[at]!,
          reward: fleet.rewards[Math.floor(at / branching)]!
        }
      })
    )
    const phi = Array.from({ length: states }, (_, s) =>
      Array.from({ length: d }, (_, j) =>
        features.kind === 'one-hot' ? Number(j === s) : features.table[s * features.stride + j]!
      )
    )
    const dot = (x: number[], y: number[]): number => x.reduce((sum, value, j) => sum + value * y[j]!, 0)
    let theta = new Array<number>(d).fill(0)
    let s = 0
    return {
      run(steps) {
        for (let h = 0; h < steps; h++) {
          const u = draw()
          let sum = 0
          const { next, reward } =
            outcomes[s]!.find(({ probability }) => {
              sum += probability
              return sum > u
            }) ?? outcomes[s]![0]!
          const paid =
            noise.kind === 'bernoulli' ? (draw() < Math.abs(reward) ? Math.sign(reward) : 0) : reward
          const delta = paid + discount * dot(phi[next]!, theta) - dot(phi[s]!, theta)
          const from = phi[s]!
          theta = theta.map((value, j) => value + 0.01 * delta * from[j]!)
          s = next
        }
      }
    }
  })
}
