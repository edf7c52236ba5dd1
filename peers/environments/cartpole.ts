/**
 * CartPole-v1 of Gymnasium (Barto, Sutton and Anderson 1983): a pole on a cart that is pushed to the left (action 0) or to the
 * right (action 1). With the force F, the pole's mass m and half length l, and the mass M of both,
 *
 *     u = (F + m l ω² sin φ) / M
 *     φ̈ = (g sin φ − u cos φ) / (l (4/3 − m cos² φ / M))
 *     ẍ = u − m l φ̈ cos φ / M
 *
 * and steps of 20 ms of explicit Euler, positions before velocities. What is seen are x, ẋ, φ, ω as doubles; Gymnasium rounds them
 * to single precision. Every step pays 1, the last one, too. The episode ends where |x| > 2.4 or |φ| > 12°, and begins with
 * all four in U[−0.05, 0.05].
 *
 * Peer c has each of pole length, pole mass, cart mass, force and gravity times 1 + spread · U[−1, 1], and the wind
 * wind + windSpread · U[−1, 1], a force that is added to F whatever the action is.
 */
import { z } from 'zod'
import { cos, sin } from '../../src/core/elementary.ts'
import { nextDouble, stream } from '../../src/core/random.ts'
import type { EnvironmentFamily, RandomStream, SimulatedFleet, Simulation } from '../../src/interfaces.ts'
import { discountOption } from './fleet-parts.ts'

const STEP_SECONDS = 0.02
const LARGEST_POSITION = 2.4
const LARGEST_ANGLE = (12 * 2 * Math.PI) / 360
const LARGEST_START = 0.05

/** What a cart and its pole are like: kilogrammes, metres, newtons, and m/s². */
interface Cart {
  /** Half of the pole's. */
  readonly length: number
  readonly poleMass: number
  readonly cartMass: number
  readonly force: number
  readonly gravity: number
  readonly wind: number
}

const GYMNASIUM: Cart = { length: 0.5, poleMass: 0.1, cartMass: 1, force: 10, gravity: 9.8, wind: 0 }

const spreadOption = (what: string) =>
  z.number().min(0).lt(1).default(0).describe(`up to this part more or less ${what} has a peer`)

const options = z.strictObject({
  cap: z.int().min(1).max(1_000_000).default(500).describe('steps after which an episode is truncated'),
  lengthSpread: spreadOption('pole length'),
  poleMassSpread: spreadOption('pole mass'),
  cartMassSpread: spreadOption('cart mass'),
  forceSpread: spreadOption('force'),
  gravitySpread: spreadOption('gravity'),
  wind: z.number().default(0).describe('a force that pushes all carts to the right all the time, in newtons'),
  windSpread: z.number().min(0).default(0).describe('up to so many newtons more or less wind has a peer'),
  discount: discountOption(0.99)
})

type CartPoleOptions = z.output<typeof options>

/** `cartpole`. */
export const cartPole: EnvironmentFamily<CartPoleOptions, SimulatedFleet> = {
  description:
    'CartPole-v1 of Gymnasium: a pole to balance on a cart; peers differ in poles, carts and wind.',
  picture: '▁▁▁▁▟╱▙▁▁▁▁',
  standardLearner: 'reinforce',
  options,
  build
}

function build(peers: number, settings: CartPoleOptions, seed: string): SimulatedFleet {
  const carts = Array.from({ length: peers }, (_, i) => cartOf(settings, stream(seed, i, 'environment')))
  const column = (key: keyof Cart): Float64Array => Float64Array.from(carts, cart => cart[key])
  return {
    kind: 'simulated',
    name: 'cartpole',
    peers,
    actions: 2,
    discount: settings.discount,
    labels: carts.map((_, i) => `cartpole-${i}`),
    types: Int32Array.from({ length: peers }, (_, i) => (areAlike(settings) ? 0 : i)),
    observations: 4,
    episodeSteps: settings.cap,
    stepMs: 1000 * STEP_SECONDS,
    properties: {
      length: column('length'),
      poleMass: column('poleMass'),
      cartMass: column('cartMass'),
      force: column('force'),
      gravity: column('gravity'),
      wind: column('wind')
    },
    simulationOf: i => new CartPole(carts[i]!)
  }
}

const areAlike = (settings: CartPoleOptions): boolean =>
  settings.lengthSpread === 0 &&
  settings.poleMassSpread === 0 &&
  settings.cartMassSpread === 0 &&
  settings.forceSpread === 0 &&
  settings.gravitySpread === 0 &&
  settings.windSpread === 0

function cartOf(settings: CartPoleOptions, random: RandomStream): Cart {
  const symmetric = (): number => 2 * nextDouble(random) - 1
  return {
    length: GYMNASIUM.length * (1 + settings.lengthSpread * symmetric()),
    poleMass: GYMNASIUM.poleMass * (1 + settings.poleMassSpread * symmetric()),
    cartMass: GYMNASIUM.cartMass * (1 + settings.cartMassSpread * symmetric()),
    force: GYMNASIUM.force * (1 + settings.forceSpread * symmetric()),
    gravity: GYMNASIUM.gravity * (1 + settings.gravitySpread * symmetric()),
    wind: settings.wind + settings.windSpread * symmetric()
  }
}

class CartPole implements Simulation {
  /** x, ẋ, φ, ω */
  readonly state = new Float64Array(4)
  reward = 0
  terminated = false
  readonly #length: number
  readonly #poleMass: number
  /** m l */
  readonly #poleMoment: number
  /** M */
  readonly #mass: number
  readonly #gravity: number
  readonly #leftwards: number
  readonly #rightwards: number

  constructor({ length, poleMass, cartMass, force, gravity, wind }: Cart) {
    this.#length = length
    this.#poleMass = poleMass
    this.#poleMoment = poleMass * length
    this.#mass = cartMass + poleMass
    this.#gravity = gravity
    this.#leftwards = wind - force
    this.#rightwards = wind + force
  }

  reset(random: RandomStream, observation: Float64Array): void {
    const { state } = this
    for (let k = 0; k < 4; k++) {
      state[k] = LARGEST_START * (2 * nextDouble(random) - 1)
      observation[k] = state[k]!
    }
    this.reward = 0
    this.terminated = false
  }

  step(action: number, _random: RandomStream, observation: Float64Array): void {
    const { state } = this
    const angle = state[2]!
    const turning = state[3]!
    const cosine = cos(angle)
    const sine = sin(angle)
    const force = action === 1 ? this.#rightwards : this.#leftwards
    const u = (force + this.#poleMoment * (turning * turning) * sine) / this.#mass
    const angular =
      (this.#gravity * sine - cosine * u) /
      (this.#length * (4 / 3 - (this.#poleMass * (cosine * cosine)) / this.#mass))
    const acceleration = u - (this.#poleMoment * angular * cosine) / this.#mass
    state[0] = state[0]! + STEP_SECONDS * state[1]!
    state[1] = state[1]! + STEP_SECONDS * acceleration
    state[2] = angle + STEP_SECONDS * turning
    state[3] = turning + STEP_SECONDS * angular
    for (let k = 0; k < 4; k++) observation[k] = state[k]!
    this.reward = 1
    this.terminated = Math.abs(state[0]!) > LARGEST_POSITION || Math.abs(state[2]!) > LARGEST_ANGLE
  }

  draw(): readonly number[] {
    return cartLines(this.state[0]!, this.state[2]!, 2 * this.#length)
  }
}

/** The track from end to end is this long in metres, so that a cart at the last position that counts is seen whole. */
const TRACK = 2 * (LARGEST_POSITION + 0.3)
/** In the box. */
const TRACK_HEIGHT = 0.06
const CART = { halfWidth: 0.1, bottom: 0.08, top: 0.2 }

/** Track, cart and pole in a box of [0, 2] × [0, 1]. */
function cartLines(x: number, angle: number, poleLength: number): readonly number[] {
  const scale = 2 / TRACK
  const middle = within(1 + scale * x, 2)
  const left = within(middle - CART.halfWidth, 2)
  const right = within(middle + CART.halfWidth, 2)
  const { bottom, top } = CART
  const tipX = within(middle + scale * poleLength * sin(angle), 2)
  const tipY = within(top + scale * poleLength * cos(angle), 1)
  return [
    ...[0, TRACK_HEIGHT, 2, TRACK_HEIGHT],
    ...[left, bottom, right, bottom],
    ...[right, bottom, right, top],
    ...[right, top, left, top],
    ...[left, top, left, bottom],
    ...[middle, top, tipX, tipY]
  ]
}

const within = (x: number, most: number): number => Math.min(Math.max(x, 0), most)
