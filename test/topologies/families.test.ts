import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { edgeList } from '../../topologies/parts/graph.ts'
import { built } from '../support/topologies.ts'

const edges = (name: string, peers: number, options: object = {}): [number, number][] => {
  const { graph, topology } = built(name, peers, options)
  return edgeList(graph, topology.directed)
}

const heard = (name: string, peers: number, options: object = {}): readonly (readonly number[])[] =>
  built(name, peers, options).graph.neighbours

test('ring(5) is a cycle', () => {
  expect(edges('ring', 5)).toEqual([
    [0, 1],
    [0, 4],
    [1, 2],
    [2, 3],
    [3, 4]
  ])
})

test('path(4) is a line', () => {
  expect(heard('path', 4)).toEqual([[1], [0, 2], [1, 3], [2]])
})

test('the hub of the star is peer 0', () => {
  expect(heard('star', 4)).toEqual([[1, 2, 3], [0], [0], [0]])
})

test('every pair of complete(6) is an edge', () => {
  expect(edges('complete', 6)).toHaveLength(15)
})

test('grid(6) has two rows of three', () => {
  expect(heard('grid', 6)).toEqual([
    [1, 3],
    [0, 2, 4],
    [1, 5],
    [0, 4],
    [1, 3, 5],
    [2, 4]
  ])
})

test('each row of the 4 × 4 torus closes in itself: to the right of peer 3 is peer 0, not peer 4', () => {
  const neighbours = heard('torus', 16)
  expect(neighbours[3]).toEqual([0, 2, 7, 15])
  expect(neighbours[7]).toEqual([3, 4, 6, 11])
  const expected = neighbours.map((_, i) => {
    const row = i >> 2
    const column = i & 3
    return [
      4 * row + ((column + 1) & 3),
      4 * row + ((column + 3) & 3),
      4 * ((row + 1) & 3) + column,
      4 * ((row + 3) & 3) + column
    ].sort((a, b) => a - b)
  })
  expect(neighbours).toEqual(expected)
})

test('the 2 × 4 torus merges its double edges and is the 3-cube but for the names', () => {
  expect(edges('torus', 8)).toHaveLength(12)
  expect(heard('torus', 8)[0]).toEqual([1, 3, 4])
})

test('a prime number of peers makes the torus a ring and the grid a path', () => {
  expect(heard('torus', 13)).toEqual(heard('ring', 13))
  expect(heard('grid', 13)).toEqual(heard('path', 13))
})

test('neighbours in the hypercube differ in one bit', () => {
  expect(heard('hypercube', 8)[5]).toEqual([1, 4, 7])
})

test('the symmetric exponential graph joins peers at the distances 1, 2, 4, 8', () => {
  expect(heard('exponential', 16)[0]).toEqual([1, 2, 4, 8, 12, 14, 15])
})

test('the directed exponential graph sends forwards: peer 0 to 1, 2 and 4, so it hears 7, 6 and 4', () => {
  const to = edges('exponential', 8, { directed: true }).filter(([from]) => from === 0)
  expect(to).toEqual([
    [0, 1],
    [0, 2],
    [0, 4]
  ])
  expect(heard('exponential', 8, { directed: true })[0]).toEqual([4, 6, 7])
})

describe('one and two peers', () => {
  const sensible = ['ring', 'path', 'star', 'complete', 'grid', 'torus', 'hypercube', 'exponential']
  test.each(sensible)('%s of one peer has no edges, of two peers one', name => {
    expect(heard(name, 1)).toEqual([[]])
    expect(heard(name, 2)).toEqual([[1], [0]])
  })
})

describe('random-regular', () => {
  test.each([
    [2, 1],
    [5, 4],
    [16, 3],
    [16, 8],
    [16, 13],
    [30, 2],
    [201, 100],
    [201, 190]
  ])('%i peers have the degree %i, each of them', (peers, degree) => {
    for (const neighbours of heard('random-regular', peers, { degree }))
      expect(neighbours).toHaveLength(degree)
  })

  test('10,000 peers of degree 4 are drawn', () => {
    expect(edges('random-regular', 10_000)).toHaveLength(20_000)
  })

  test('another seed gives another graph', () => {
    expect(built('random-regular', 20, {}, 'a').graph).not.toEqual(built('random-regular', 20, {}, 'b').graph)
  })

  test('the twelve cycles of five peers are drawn about equally often', () => {
    // Each 100 times in 1,200 draws, standard deviation 9.6.
    const counts = new Map<string, number>()
    for (let k = 0; k < 1200; k++) {
      const { graph } = built('random-regular', 5, { degree: 2 }, `seed ${k}`)
      const key = JSON.stringify(graph.neighbours)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    expect(counts.size).toBe(12)
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(39)
  })
})

describe('what a topology cannot have is refused with the reason', () => {
  test.each([
    ['hypercube', 12, {}, 'hypercube: 12 peers is not a power of two; the nearest are 8 and 16'],
    ['complete', 5000, {}, 'complete: 5000 peers would have 24,995,000 links; at most 4500 peers'],
    ['random-regular', 4, {}, 'random-regular:degree=4 needs at least 5 peers, not 4'],
    ['random-regular', 1, {}, 'random-regular:degree=4 needs at least 5 peers, not 1'],
    ['random-regular', 7, { degree: 3 }, 'random-regular:degree=3: 7 peers have an odd number of ends'],
    ['random-regular', 6, { degree: 1 }, 'random-regular:degree=1 is connected for 2 peers only, not for 6'],
    ['file', 9, { path: 'test/fixtures/random-4-regular.txt' }, 'is a graph of 16 peers, not of 9'],
    [
      'file',
      9,
      { path: 'test/fixtures/nowhere.txt' },
      'file:test/fixtures/nowhere.txt cannot be read: ENOENT'
    ]
  ])('%s of %i peers %o', (name, peers, options, message) => {
    expect(() => built(name, peers, options)).toThrow(ExperimentError)
    expect(() => built(name, peers, options)).toThrow(message)
  })

  test.each([
    ['random-regular', { degree: 0 }],
    ['random-regular', { degree: 2.5 }],
    ['ring', { degree: 2 }],
    ['exponential', { directed: 'yes' }],
    ['file', {}]
  ])('%s with %o', (name, options) => {
    expect(() => built(name, 16, options)).toThrow()
  })
})
