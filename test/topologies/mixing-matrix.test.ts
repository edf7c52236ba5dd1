import { expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { undirectedGraph } from '../../topologies/graph.ts'
import { denseMatrix, mixingMatrix } from '../../topologies/index.ts'
import { built, matrixOf } from '../support/topologies.ts'

test('Metropolis weights are 1 / (1 + the larger degree), the rest stays with the peer', () => {
  const graph = undirectedGraph(4, [
    [0, 1],
    [1, 2],
    [1, 3]
  ])
  expect(denseMatrix(mixingMatrix(graph, false, 'metropolis'))).toEqual([
    [0.75, 0.25, 0, 0],
    [0.25, 0.25, 0.25, 0.25],
    [0, 0.25, 0.75, 0],
    [0, 0.25, 0, 0.75]
  ])
})

test('lazy weights are the mean of these and the identity', () => {
  const of = built('grid', 12)
  const metropolis = denseMatrix(matrixOf(of))
  const halves = metropolis.map((row, i) => row.map((w, j) => (w + (i === j ? 1 : 0)) / 2))
  expect(denseMatrix(matrixOf(of, 'lazy'))).toEqual(halves)
})

test('a peer without neighbours keeps its parameters', () => {
  expect(denseMatrix(mixingMatrix({ neighbours: [[]] }, false, 'metropolis'))).toEqual([[1]])
})

test('a directed regular graph has the weights 1 / (1 + degree), the row of a peer naming whom it hears', () => {
  expect(denseMatrix(mixingMatrix({ neighbours: [[2], [0], [1]] }, true, 'metropolis'))).toEqual([
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
    [0, 0.5, 0.5]
  ])
})

test('a directed graph with different degrees is refused', () => {
  const hub = { neighbours: [[1, 2], [0], [0]] }
  expect(() => mixingMatrix(hub, true, 'metropolis')).toThrow(ExperimentError)
  expect(() => mixingMatrix({ neighbours: [[1], [0], [1]] }, true, 'metropolis')).toThrow(
    'peer 1 hears 1 peers and is heard by 2'
  )
})

test('100,000 peers get their weights', () => {
  const { weights, selfWeights } = matrixOf(built('torus', 100_000))
  expect(weights).toHaveLength(400_000)
  expect(selfWeights.every(weight => Math.abs(weight - 0.2) < 1e-15)).toBe(true)
})
