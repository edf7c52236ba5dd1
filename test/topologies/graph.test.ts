import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/interfaces.ts'
import {
  assertConnected,
  connectedComponents,
  degrees,
  diameter,
  edgeList,
  undirectedGraph
} from '../../topologies/parts/graph.ts'
import { built } from '../support/topologies.ts'

test('double edges merge and self loops vanish', () => {
  expect(
    undirectedGraph(3, [
      [2, 0],
      [0, 2],
      [1, 1],
      [1, 0]
    ]).neighbours
  ).toEqual([[1, 2], [0], [0]])
})

describe('connectivity', () => {
  test('components are listed by their first peer', () => {
    const graph = undirectedGraph(6, [
      [0, 2],
      [4, 1],
      [1, 3]
    ])
    expect(connectedComponents(graph)).toEqual([[0, 2], [1, 3, 4], [5]])
    expect(() => assertConnected(graph)).toThrow(ExperimentError)
    expect(() => assertConnected(graph)).toThrow(
      'the graph has 3 components; peers 1, 3, 4, 5 are not connected to peer 0'
    )
  })

  test('a long list of lost peers is cut short', () => {
    expect(() => assertConnected(undirectedGraph(20, [[0, 1]]))).toThrow(
      'the graph has 19 components; peers 2, 3, 4, 5, 6, 7, 8, 9 and 10 more are not connected to peer 0'
    )
  })

  test('a directed graph must be strongly connected', () => {
    const line: Graph = { neighbours: [[], [0], [1]] }
    expect(() => assertConnected(line)).toThrow('the graph: nothing from peers 1, 2 reaches peer 0')
    const reversed: Graph = { neighbours: [[1], [2], []] }
    expect(() => assertConnected(reversed)).toThrow('the graph: nothing from peer 0 reaches peers 1, 2')
    expect(() => assertConnected({ neighbours: [[2], [0], [1]] })).not.toThrow()
  })
})

test('degrees are counted as peers heard', () => {
  expect(degrees(built('star', 5).graph)).toEqual({ min: 1, mean: 1.6, max: 4 })
})

test('the edges of a directed graph are [from, to]', () => {
  expect(edgeList({ neighbours: [[2], [0], [1]] }, true)).toEqual([
    [0, 1],
    [1, 2],
    [2, 0]
  ])
})

describe('diameter', () => {
  test('is the longest of all distances (Floyd, Warshall)', () => {
    const connected = fc
      .array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 12 })
      .map(edges =>
        undirectedGraph(12, [
          ...edges,
          ...Array.from({ length: 11 }, (_, i) => [(i * i) % (i + 1), i + 1] as const)
        ])
      )
    fc.assert(
      fc.property(connected, graph => {
        expect(diameter(graph)).toEqual({ value: longest(graph), exact: true })
      }),
      { seed: 3 }
    )
  })

  test('of a large graph is a lower bound that is said to be one', () => {
    expect(diameter(built('path', 3000).graph)).toEqual({ value: 2999, exact: false })
  })
})

function longest({ neighbours }: Graph): number {
  const n = neighbours.length
  const d = neighbours.map((heard, i) => neighbours.map((_, j) => (i === j ? 0 : heard.includes(j) ? 1 : n)))
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) d[i]![j] = Math.min(d[i]![j]!, d[i]![k]! + d[k]![j]!)
    }
  }
  return Math.max(...d.flat())
}
