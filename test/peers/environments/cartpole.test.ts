import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { cartPole } from '../../../peers/environments/cartpole.ts'
import { stream } from '../../../src/core/random.ts'
import type { SimulatedFleet, Simulation } from '../../../src/interfaces.ts'
import { distance, range } from '../../support/numbers.ts'

interface Fixture {
  readonly transitions: readonly (readonly number[])[]
  readonly trajectories: readonly {
    readonly actions: readonly number[]
    readonly states: readonly (readonly number[])[]
    readonly ends: number | null
  }[]
}
const fixture: Fixture = JSON.parse(readFileSync('test/fixtures/cartpole.json', 'utf8'))

const fleetWith = (options: object = {}, peers = 1, seed = '1'): SimulatedFleet =>
  cartPole.build(peers, cartPole.options.parse(options), seed)
const random = stream('1', 0, 'test')
const observation = new Float64Array(4)

/** One step from a state of the test's choosing. */
function stepFrom(simulation: Simulation, state: readonly number[], action: number): Simulation {
  simulation.state.set(state)
  simulation.step(action, random, observation)
  return simulation
}

test('a step is that of the published equations, and ends the episode where they say', () => {
  const simulation = fleetWith().simulationOf(0)
  let ended = 0
  for (const row of fixture.transitions) {
    stepFrom(simulation, row.slice(0, 4), row[4]!)
    expect(distance(simulation.state, row.slice(5, 9))).toBeLessThan(1e-12)
    expect(observation).toEqual(simulation.state)
    expect(simulation.reward).toBe(1)
    expect(simulation.terminated).toBe(row[9] === 1)
    ended += row[9]!
  }
  expect([ended > 10, fixture.transitions.length - ended > 10]).toEqual([true, true])
})

test('sixty steps to the left, to the right, and in turn are those of the published equations, wherever the pole goes', () => {
  const simulation = fleetWith().simulationOf(0)
  for (const { actions, states, ends } of fixture.trajectories) {
    simulation.state.set(states[0]!)
    let end: number | null = null
    for (const [t, action] of actions.entries()) {
      simulation.step(action, random, observation)
      expect(distance(observation, states[t + 1]!)).toBeLessThan(1e-11)
      if (simulation.terminated) end ??= t + 1
    }
    expect(end).toBe(ends)
  }
})

/** Gymnasium's step for a cart of its own, with a wind; in the words of its source. */
function oracle(cart: Record<string, number>, state: readonly number[], action: number): readonly number[] {
  const { length = 0, poleMass = 0, cartMass = 0, gravity = 0, force = 0, wind = 0 } = cart
  const [x = 0, speed = 0, theta = 0, turning = 0] = state
  const push = (action === 1 ? force : -force) + wind
  const total = poleMass + cartMass
  const temp = (push + poleMass * length * turning * turning * Math.sin(theta)) / total
  const angular =
    (gravity * Math.sin(theta) - Math.cos(theta) * temp) /
    (length * (4 / 3 - (poleMass * Math.cos(theta) * Math.cos(theta)) / total))
  const acceleration = temp - (poleMass * length * angular * Math.cos(theta)) / total
  return [x + 0.02 * speed, speed + 0.02 * acceleration, theta + 0.02 * turning, turning + 0.02 * angular]
}

const SPREADS = {
  lengthSpread: 0.5,
  poleMassSpread: 0.4,
  cartMassSpread: 0.3,
  forceSpread: 0.2,
  gravitySpread: 0.1,
  windSpread: 2
}

test('peers differ in what they are told to differ in, and move as their properties say', () => {
  const fleet = fleetWith(SPREADS, 20)
  for (const i of range(20)) {
    const cart = Object.fromEntries(
      Object.entries(fleet.properties).map(([name, column]) => [name, column[i]!])
    )
    const simulation = fleet.simulationOf(i)
    for (const row of fixture.transitions.slice(0, 10)) {
      const expected = oracle(cart, row.slice(0, 4), row[4]!)
      expect(distance(stepFrom(simulation, row.slice(0, 4), row[4]!).state, expected)).toBeLessThan(1e-12)
    }
  }
})

test.each([
  ['lengthSpread', 'length', 0.5],
  ['poleMassSpread', 'poleMass', 0.1],
  ['cartMassSpread', 'cartMass', 1],
  ['forceSpread', 'force', 10],
  ['gravitySpread', 'gravity', 9.8]
])('%s is the largest part by which %s differs from its standard, %d', (spread, property, standard) => {
  const column = fleetWith({ [spread]: 0.4 }, 200).properties[property]!
  const parts = Array.from(column, x => x / standard - 1)
  expect(Math.max(...parts.map(Math.abs))).toBeLessThanOrEqual(0.4)
  expect(Math.max(...parts)).toBeGreaterThan(0.35)
  expect(Math.min(...parts)).toBeLessThan(-0.35)
  const others = Object.entries(fleetWith({ [spread]: 0.4 }, 3).properties).filter(
    ([name]) => name !== property
  )
  const plain = fleetWith({}, 3).properties
  for (const [name, values] of others) expect(values).toEqual(plain[name])
})

test('the wind blows on all carts, and differs by up to windSpread newtons', () => {
  const { wind } = fleetWith({ wind: -1, windSpread: 0.5 }, 200).properties
  expect(Math.min(...wind!)).toBeGreaterThanOrEqual(-1.5)
  expect(Math.max(...wind!)).toBeLessThanOrEqual(-0.5)
  expect(fleetWith({ wind: -1 }, 2).properties.wind).toEqual(Float64Array.of(-1, -1))
})

test('carts that are alike are of one type, others each of their own', () => {
  expect([...fleetWith({ wind: 1 }, 3).types]).toEqual([0, 0, 0])
  for (const spread of Object.keys(SPREADS))
    expect([...fleetWith({ [spread]: 0.1 }, 3).types]).toEqual([0, 1, 2])
})

test('episodes begin within 0.05 of upright, anywhere in there', () => {
  const simulation = fleetWith().simulationOf(0)
  const starts = range(500).map(() => {
    simulation.reset(random, observation)
    return [...observation]
  })
  for (const k of range(4)) {
    const column = starts.map(start => start[k]!)
    expect(Math.max(...column.map(Math.abs))).toBeLessThanOrEqual(0.05)
    expect(Math.max(...column)).toBeGreaterThan(0.045)
    expect(Math.min(...column)).toBeLessThan(-0.045)
  }
})

test('episodes are truncated after 500 steps, or what cap says', () => {
  expect(fleetWith().episodeSteps).toBe(500)
  expect(fleetWith({ cap: 250 }).episodeSteps).toBe(250)
})

test.each([
  ['cap', 0],
  ['cap', 2.5],
  ['lengthSpread', 1],
  ['windSpread', -1]
])('%s = %d is refused', (option, value) => {
  expect(cartPole.options.safeParse({ [option]: value }).success).toBe(false)
})

test('the picture shows a track, a cart where it is, and a pole that leans as it leans', () => {
  const simulation = fleetWith().simulationOf(0)
  const drawn = (x: number, angle: number): number[] => {
    simulation.state.set([x, 0, angle, 0])
    return [...(simulation.draw?.() ?? [])]
  }
  const upright = drawn(0, 0)
  expect(upright.length % 4).toBe(0)
  const pole = (lines: number[]) => lines.slice(-4)
  const [bottomX = 0, bottomY = 0, tipX = 0, tipY = 0] = pole(upright)
  expect([bottomX, tipX]).toEqual([1, 1])
  expect(tipY).toBeGreaterThan(bottomY)
  expect(pole(drawn(0, 0.2))[2]).toBeGreaterThan(1)
  expect(pole(drawn(0, -0.2))[2]).toBeLessThan(1)
  expect(pole(drawn(2.4, 0))[0]).toBeGreaterThan(1.7)
})
