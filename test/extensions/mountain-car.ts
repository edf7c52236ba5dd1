/**
 * MountainCar-v0 of Gymnasium (Moore 1990): a car in a valley whose engine is too weak to drive straight up. Action 0 pushes to the
 * left, 1 not at all, 2 to the right:
 *
 *     v ← v + (a − 1) F − g cos 3x,  clipped to ±0.07
 *     x ← x + v,  clipped to [−1.2, 0.6]; v = 0 at the left end
 *
 * Every step costs 1 until x ≥ 0.5. Episodes begin with x in U[−0.6, −0.4] and v = 0. Peer c has the force F (1 + forceSpread · U[−1, 1]).
 */
import {
  cos,
  type EnvironmentFamily,
  nextDouble,
  type RandomStream,
  type SimulatedFleet,
  type Simulation,
  sin,
  stream,
  z
} from '@murmuration/swarm'

const FORCE = 0.001
const GRAVITY = 0.0025
const LEFT = -1.2
const RIGHT = 0.6
const GOAL = 0.5
const FASTEST = 0.07

interface MountainCarOptions {
  readonly cap: number
  readonly forceSpread: number
  readonly discount: number
}

const mountainCar: EnvironmentFamily<MountainCarOptions, SimulatedFleet> = {
  description:
    'MountainCar-v0 of Gymnasium: a weak car that must swing out of a valley; peers differ in force.',
  picture: '╲__▪__╱▔⚑',
  options: z.strictObject({
    cap: z.int().min(1).default(200).describe('steps after which an episode is truncated'),
    forceSpread: z.number().min(0).lt(1).default(0).describe('up to this part more or less force has a peer'),
    discount: z.number().min(0).lt(1).default(0.99)
  }),
  build(peers, { cap, forceSpread, discount }, seed) {
    const forces = Float64Array.from(
      { length: peers },
      (_, i) => FORCE * (1 + forceSpread * (2 * nextDouble(stream(seed, i, 'environment')) - 1))
    )
    return {
      kind: 'simulated',
      name: 'mountain-car',
      peers,
      actions: 3,
      discount,
      labels: Array.from({ length: peers }, (_, i) => `mountain-car-${i}`),
      types: Int32Array.from({ length: peers }, (_, i) => (forceSpread === 0 ? 0 : i)),
      observations: 2,
      episodeSteps: cap,
      stepMs: 33,
      properties: { force: forces },
      simulationOf: i => new MountainCar(forces[i]!)
    }
  }
}

class MountainCar implements Simulation {
  /** x, v */
  readonly state = new Float64Array(2)
  reward = 0
  terminated = false
  readonly #force: number

  constructor(force: number) {
    this.#force = force
  }

  reset(random: RandomStream, observation: Float64Array): void {
    this.state[0] = -0.6 + 0.2 * nextDouble(random)
    this.state[1] = 0
    observation.set(this.state)
    this.reward = 0
    this.terminated = false
  }

  step(action: number, _random: RandomStream, observation: Float64Array): void {
    const { state } = this
    const push = (action - 1) * this.#force
    const v = clipped(state[1]! + (push - GRAVITY * cos(3 * state[0]!)), -FASTEST, FASTEST)
    const x = clipped(state[0]! + v, LEFT, RIGHT)
    state[0] = x
    state[1] = x === LEFT && v < 0 ? 0 : v
    observation.set(state)
    this.reward = -1
    this.terminated = x >= GOAL && state[1] >= 0
  }

  /** The valley, and the car as a short line on it. */
  draw(): readonly number[] {
    const lines: number[] = []
    for (let k = 0; k < GROUND.length - 2; k += 2) lines.push(...GROUND.slice(k, k + 4))
    const [x, y] = placeOf(this.state[0]!)
    return [...lines, x, y, x, Math.min(1, y + 0.12)]
  }
}

const clipped = (x: number, least: number, most: number): number => Math.min(Math.max(x, least), most)

/** Where the car is in a box of [0, 2] × [0, 1]. */
const placeOf = (x: number): [number, number] => [(2 * (x - LEFT)) / (RIGHT - LEFT), 0.42 + 0.4 * sin(3 * x)]

const GROUND = Array.from({ length: 25 }, (_, k) => placeOf(LEFT + ((RIGHT - LEFT) * k) / 24)).flat()

export const environments = { 'mountain-car': mountainCar }
