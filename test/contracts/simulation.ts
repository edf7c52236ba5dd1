/** What every simulated environment promises. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextBelow, stream } from '../../src/core/random.ts'
import type { EnvironmentFamily, SimulatedFleet } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'

/** The tests of one simulated environment; `options` draws what a user may write. */
export function describeSimulation(
  name: string,
  family: EnvironmentFamily,
  options: fc.Arbitrary<object> = fc.constant({})
): void {
  describe(name, () => suite(family, options))
}

function suite(family: EnvironmentFamily, options: fc.Arbitrary<object>): void {
  /** Calls `check` with fleets of 1 to 4 peers, and with how to build others with the same options. */
  function forFleets(
    check: (fleet: SimulatedFleet, build: (peers: number, seed: string) => SimulatedFleet) => void
  ): void {
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 4 }), fc.string(), (raw, peers, seed) => {
        const parsed = family.options.parse(raw)
        const build = (peers: number, seed: string) => family.build(peers, parsed, seed) as SimulatedFleet
        check(build(peers, seed), build)
      }),
      { seed: 1, numRuns: 30 }
    )
  }

  /** What is seen, paid and drawn in so many steps of a peer with actions of chance; a new episode where one ends. */
  function lived(fleet: SimulatedFleet, peer: number, steps = 100, seed = 'lived'): number[][] {
    const simulation = fleet.simulationOf(peer)
    const observation = new Float64Array(fleet.observations)
    const random = stream(seed, peer, 'environment')
    const dice = stream(seed, peer, 'actions')
    simulation.reset(random, observation)
    return range(steps).map(() => {
      if (simulation.terminated) simulation.reset(random, observation)
      else simulation.step(nextBelow(dice, fleet.actions), random, observation)
      return [...observation, simulation.reward, Number(simulation.terminated), ...simulation.state]
    })
  }

  test('is plainly counted: peers, actions, observations, a time limit, and what peers differ in', () => {
    forFleets(fleet => {
      const { peers, labels, types, actions, observations, episodeSteps, stepMs, discount, properties } =
        fleet
      expect([labels.length, types.length]).toEqual([peers, peers])
      for (const column of Object.values(properties)) {
        expect(column.length).toBe(peers)
        expect(column.every(Number.isFinite)).toBe(true)
      }
      for (const count of [actions, observations, episodeSteps])
        expect(Number.isInteger(count) && count > 0).toBe(true)
      expect(stepMs).toBeGreaterThan(0)
      expect(discount >= 0 && discount < 1).toBe(true)
    })
  })

  test('whatever is done, what is seen and paid is finite, and an episode begins unterminated', () => {
    forFleets(fleet => {
      for (const i of range(fleet.peers)) expect(lived(fleet, i).flat().every(Number.isFinite)).toBe(true)
      const simulation = fleet.simulationOf(0)
      simulation.reset(stream('1', 0, 'reset'), new Float64Array(fleet.observations))
      expect([simulation.terminated, simulation.reward]).toEqual([false, 0])
    })
  })

  test('the same seed gives the same life, and simulations of one peer do not share it', () => {
    forFleets((fleet, build) => {
      const again = build(fleet.peers, 'another')
      const fresh = build(fleet.peers, 'another')
      for (const i of range(fleet.peers)) {
        expect(lived(again, i)).toEqual(lived(fresh, i))
        expect(lived(again, i)).toEqual(lived(fresh, i))
      }
      expect(again.properties).toEqual(fresh.properties)
    })
  })

  test('a smaller fleet is the beginning of a larger one', () => {
    forFleets((_, build) => {
      const [few, many] = [build(2, '1'), build(4, '1')]
      expect(few.labels).toEqual(many.labels.slice(0, 2))
      expect([...few.types]).toEqual([...many.types.slice(0, 2)])
      for (const i of range(2)) expect(lived(few, i)).toEqual(lived(many, i))
      for (const [key, column] of Object.entries(few.properties))
        expect([...column]).toEqual([...many.properties[key]!.slice(0, 2)])
    })
  })

  test('its state is all that the next step depends on besides the action and the stream', () => {
    forFleets(fleet => {
      const simulation = fleet.simulationOf(0)
      const observation = new Float64Array(fleet.observations)
      const random = stream('1', 0, 'state')
      simulation.reset(random, observation)
      for (let t = 0; t < 7 && !simulation.terminated; t++)
        simulation.step(t % fleet.actions, random, observation)
      if (simulation.terminated) return
      const another = fleet.simulationOf(0)
      another.reset(stream('2', 0, 'state'), new Float64Array(fleet.observations))
      another.state.set(simulation.state)
      const seen = new Float64Array(fleet.observations)
      const twin = { words: random.words.slice(), at: 0 }
      simulation.step(0, random, observation)
      another.step(0, twin, seen)
      expect(seen).toEqual(observation)
      expect([another.reward, another.terminated]).toEqual([simulation.reward, simulation.terminated])
      expect([...another.state]).toEqual([...simulation.state])
    })
  })

  test('what there is to see stays within its box, line by line', () => {
    forFleets(fleet => {
      const simulation = fleet.simulationOf(0)
      const observation = new Float64Array(fleet.observations)
      const random = stream('1', 0, 'draw')
      simulation.reset(random, observation)
      for (let t = 0; t < 60 && !simulation.terminated; t++) {
        simulation.step(t % fleet.actions, random, observation)
        const lines = simulation.draw?.() ?? []
        expect(lines.length % 4).toBe(0)
        expect(lines.every((x, k) => x >= 0 && x <= (k % 2 === 0 ? 2 : 1))).toBe(true)
      }
    })
  })

  test('the picture is one line of at most 24 characters, and unknown options are refused', () => {
    expect([...family.picture].length).toBeGreaterThan(0)
    expect([...family.picture].length).toBeLessThanOrEqual(24)
    expect(family.picture).not.toContain('\n')
    expect(family.options.safeParse({ nonsense: 1 }).success).toBe(false)
  })
}
