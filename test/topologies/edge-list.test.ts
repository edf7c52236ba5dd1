import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/interfaces.ts'
import { edgeListFormat } from '../../topologies/formats/edge-list.ts'
import { graphOf } from '../../topologies/formats/listed-graph.ts'

const read = (text: string, directed = false): Graph =>
  graphOf(edgeListFormat.read(text, 'g.txt', directed), 'g.txt')

test('comments, blank lines, tabs and line ends of any system are read over', () => {
  expect(read('# a triangle with a tail\r\n0 1\r\n\r\n  1\t2 # the second\r\n2 0\r\n3 2')).toEqual({
    neighbours: [[1, 2], [0, 2], [0, 1, 3], [2]]
  })
})

test('a third column holds W_ij, which i gives to j and j to i', () => {
  expect(read('0 1 0.25\n2 1 .5\n0 2 1e-3\n')).toEqual({
    neighbours: [
      [1, 2],
      [0, 2],
      [0, 1]
    ],
    weights: [
      [0.25, 0.001],
      [0.25, 0.5],
      [0.001, 0.5]
    ]
  })
})

test('in a directed graph the first speaks and the second hears, and the weight is what the second gives', () => {
  expect(read('0 1 0.25\n1 2 0.5\n2 0 1\n1 0 0', true)).toEqual({
    neighbours: [[1, 2], [0], [1]],
    weights: [[0, 1], [0.25], [0.5]]
  })
})

test('weights may sum to 1 but for the rounding of decimals', () => {
  const third = '0.3333333333333333'
  expect(read(`0 1 ${third}\n0 2 ${third}\n0 3 0.3333333333334`).weights?.[0]).toHaveLength(3)
})

test('what networkx writes after the numbers is understood', () => {
  expect(read('0 1 {}\n1 2 {}\n')).toEqual(read('0 1\n1 2\n'))
  expect(read("0 1 {'weight': 0.25}\n1 2 {'weight': 0.5}\n")).toEqual(read('0 1 0.25\n1 2 0.5\n'))
})

describe('a mistake is refused with its line and the reason', () => {
  test.each([
    ['0 1\n2 2\n', 'g.txt:2: peer 2 is joined to itself'],
    [
      '0 1\n\n1 0\n',
      'g.txt:3: the edge 1 0 is there already, at g.txt:1; edges go both ways here: an edge list is read with directed=true where they do not'
    ],
    ['0 1\n1 3\n', 'g.txt:2: peer 3 among 3 peers; they must be numbered 0 … 2 without gaps'],
    ['1 2\n', 'g.txt:1: peer 2 among 2 peers; they must be numbered 0 … 1 without gaps'],
    ['0 1\n1 99999999999\n', 'g.txt:2: peer 99999999999 among 3 peers'],
    [
      '0 -1\n',
      'g.txt:1: "0 -1" is not an edge: two peer numbers such as "0 1", and a weight if all have one'
    ],
    ['0\n', 'g.txt:1: "0" is not an edge'],
    ['a b\n', 'g.txt:1: "a b" is not an edge'],
    ['0 1.5\n', 'g.txt:1: "0 1.5" is not an edge'],
    ['0 1 0.5 0.5\n', 'g.txt:1: "0 1 0.5 0.5" is not an edge'],
    ["0 1 {'color': 3}\n", `g.txt:1: "0 1 {'color': 3}" is not an edge`],
    ['0 \u001b[31m\n', 'g.txt:1: "0 \\x1b[31m" is not an edge'],
    ['# nothing\n', 'g.txt: no edges; a line is two peer numbers such as "0 1"'],
    [
      '0 1 2\n',
      'g.txt:1: the weight 2 must be a number from 0 to 1; weights=ignored takes the graph without its weights'
    ],
    ['0 1 0.5\n1 2 -0.5\n', 'g.txt:2: the weight -0.5 must be a number from 0 to 1'],
    ['0 1 NaN\n', 'g.txt:1: the weight "NaN" must be a number from 0 to 1'],
    ['0 1 0x1\n', 'g.txt:1: the weight "0x1" must be a number from 0 to 1'],
    [
      '0 1 0.5\n1 2\n',
      'g.txt:2: this edge has no weight, the first one has one; give one to every edge or to none'
    ],
    ['0 1\n1 2 0.5\n', 'g.txt:2: this edge has a weight, the first one has none'],
    [
      '0 1 0.5\n1 2 0.75\n',
      'g.txt: the weights of what peer 1 hears sum to 1.25; they may sum to 1 at most, the rest of which is its own'
    ]
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(ExperimentError)
    expect(() => read(text)).toThrow(message)
  })

  test('in a directed graph an edge may go back, but not go there twice', () => {
    expect(() => read('0 1\n1 0\n0 1\n', true)).toThrow('g.txt:3: the edge 0 1 is there already, at g.txt:1')
  })
})
