import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Matrix, solve } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { garnet } from '../../peers/environments/garnet.ts'
import { buildFleet } from '../../peers/fleet.ts'
import { PLACEMENTS, placementOrder } from '../../peers/placement.ts'
import { denseMatrix } from '../../topologies/index.ts'
import { built, matrixOf } from '../support/topologies.ts'

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

describe('bit-reversed', () => {
  /** The types 0, …, peers − 1 as they lie in the graph. */
  const placed = (peers: number): number[] => {
    const types = Int32Array.from({ length: peers }, (_, i) => (7 * i) % peers)
    return Array.from(placementOrder('bit-reversed', types, '1'), c => types[c]!)
  }

  test('puts type k of 16 to the place whose four bits read backwards are k', () => {
    expect(placed(16)).toEqual([0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15])
  })

  test('leaves out the places that are not there: 0, 8, 4, 2, 6, 1, 9, 5, 3, 7 are the places of types 0, …, 9', () => {
    expect([0, 8, 4, 2, 6, 1, 9, 5, 3, 7].map(place => placed(10)[place])).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9
    ])
  })

  test('keeps the order within a type', () => {
    expect([...placementOrder('bit-reversed', types, '1')]).toEqual([1, 0, 5, 3, 2, 4, 6])
  })

  const known = JSON.parse(readFileSync('test/fixtures/placement-bias.json', 'utf8'))
  test.each(known.cases as { topology: string; step: number; sorted: number; bitReversed: number }[])(
    'leaves the bias that theory says on the $topology with the step $step',
    ({ topology, step, sorted, bitReversed }) => {
      const types = Int32Array.from({ length: 16 }, (_, i) => (5 * i) % 16)
      // x = W (x − a (x − b)), so (I − (1 − a) W) x = a W b.
      const W = new Matrix(denseMatrix(matrixOf(built(topology, 16))))
      const bias = (placement: 'clustered' | 'bit-reversed'): number => {
        const order = placementOrder(placement, types, '1')
        const b = Matrix.columnVector(Array.from(order, c => (4 * (types[c]! - 7.5)) / 16))
        const system = Matrix.eye(16).sub(Matrix.mul(W, 1 - step))
        const x = solve(system, W.mmul(b).mul(step)).to1DArray()
        return x.reduce((sum, value) => sum + value * value, 0) / 16
      }
      expect(bias('clustered')).toBeCloseTo(sorted, 10)
      expect(bias('bit-reversed')).toBeCloseTo(bitReversed, 10)
    }
  )
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
