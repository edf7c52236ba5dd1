/** Our simulated environments keep what all promise. A new one needs a line in `given`: options as a user writes them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { environments } from '../../peers/environments/index.ts'
import { asSimulated } from '../../peers/environments/simulated.ts'
import { present } from '../../src/core/assert.ts'
import type { EnvironmentFamily } from '../../src/interfaces.ts'
import { describeSimulation } from './simulation.ts'

const spread = fc.integer({ min: 0, max: 9 }).map(tenths => tenths / 10)

const given: Readonly<Record<string, fc.Arbitrary<object>>> = {
  cartpole: fc.record(
    {
      cap: fc.integer({ min: 1, max: 600 }),
      lengthSpread: spread,
      poleMassSpread: spread,
      cartMassSpread: spread,
      forceSpread: spread,
      gravitySpread: spread,
      wind: spread,
      windSpread: spread,
      discount: spread
    },
    { requiredKeys: [] }
  )
}

/** What can be built without options and is simulated. */
const simulated = Object.entries(environments).filter(([, family]) => {
  const standard = family.options.safeParse({})
  return standard.success && family.build(1, standard.data, '1').kind === 'simulated'
})

/** Finite environments, lived through step by step, promise the same. */
const listed = ['random-walk', 'frozen-lake'].map(
  name =>
    [
      `${name}, simulated`,
      {
        ...present(environments[name], name),
        build: (peers: number, options: unknown, seed: string) =>
          asSimulated(present(environments[name], name).build(peers, options, seed), 50)
      }
    ] as [string, EnvironmentFamily]
)

for (const [name, family] of [...simulated, ...listed]) describeSimulation(name, family, given[name])

test('every simulated environment has options to be varied here', () => {
  expect(simulated.map(([name]) => name)).toEqual(Object.keys(given))
})
