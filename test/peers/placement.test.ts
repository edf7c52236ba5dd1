import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { environments } from '../../peers/environments/index.ts'
import { buildFleet } from '../../peers/fleet.ts'
import { PLACEMENTS, placementOrder } from '../../peers/placement.ts'
import { present } from '../../src/core/assert.ts'

const types = Int32Array.of(1, 0, 0, 2, 1, 0, 0)

test('given keeps the order of the environments', () => {
  expect([...placementOrder('given', types, '1')]).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test('clustered sorts by type and keeps the order within a type', () => {
  expect([...placementOrder('clustered', types, '1')]).toEqual([1, 2, 5, 6, 0, 4, 3])
})

test('alternating takes one of each type in turn, until a type is used up', () => {
  expect([...placementOrder('alternating', types, '1')]).toEqual([1, 0, 3, 2, 4, 5, 6])
})

test('shuffled depends on the seed alone', () => {
  const types = new Int32Array(20)
  const order = placementOrder('shuffled', types, '1')
  expect(order).toEqual(placementOrder('shuffled', types, '1'))
  expect(order).not.toEqual(placementOrder('shuffled', types, '2'))
})

test('every placement is a permutation', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }),
      fc.constantFrom(...PLACEMENTS),
      (types, placement) => {
        const order = placementOrder(placement, Int32Array.from(types), '1')
        expect(order.toSorted()).toEqual(Int32Array.from(types.keys()))
      }
    ),
    { seed: 1 }
  )
})

describe('buildFleet', () => {
  const garnet = present(environments.garnet, 'garnet')
  const options = garnet.options.parse({ states: 5, heterogeneity: 'opposite' })

  test('moves labels, types, transitions and rewards together', () => {
    const given = buildFleet(garnet, options, 6, 'given', '1')
    const clustered = buildFleet(garnet, options, 6, 'clustered', '1')
    expect([...clustered.types]).toEqual([0, 0, 0, 1, 1, 1])
    const order = [0, 2, 4, 1, 3, 5]
    for (const [at, size] of [
      ['rewards', 10],
      ['probabilities', 20],
      ['successors', 20]
    ] as const) {
      const expected = order.flatMap(c => [...given[at].subarray(c * size, (c + 1) * size)])
      expect([...clustered[at]]).toEqual(expected)
    }
    expect(clustered.labels).toEqual(order.map(c => `garnet-${c}`))
  })
})
