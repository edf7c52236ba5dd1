import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { parseEdges } from '../../topologies/file.ts'

test('comments, blank lines, tabs and line ends of any system are read over', () => {
  expect(parseEdges('# a triangle\r\n0 1\r\n\r\n  1\t2 # the second\r\n2 0', 'g.txt')).toEqual([
    [0, 1],
    [1, 2],
    [2, 0]
  ])
})

describe('a mistake is refused with its line and the reason', () => {
  test.each([
    ['0 1\n2 2\n', 'g.txt:2: peer 2 is joined to itself'],
    ['0 1\n\n1 0\n', 'g.txt:3: the edge 1 0 was given in line 1 already'],
    ['0 1\n1 3\n', 'g.txt:2: peer 3 among 3 peers; they must be numbered 0 … 2 without gaps'],
    ['1 2\n', 'g.txt:1: peer 2 among 2 peers; they must be numbered 0 … 1 without gaps'],
    ['0 1\n1 99999999999\n', 'g.txt:2: peer 99999999999 among 3 peers'],
    ['0 -1\n', 'g.txt:1: "0 -1" is not an edge: two peer numbers such as "0 1"'],
    ['0 1 2\n', 'g.txt:1: "0 1 2" is not an edge'],
    ['0\n', 'g.txt:1: "0" is not an edge'],
    ['a b\n', 'g.txt:1: "a b" is not an edge'],
    ['0 1.5\n', 'g.txt:1: "0 1.5" is not an edge'],
    ['# nothing\n', 'g.txt: no edges; a line is two peer numbers such as "0 1"']
  ])('%j', (text, message) => {
    expect(() => parseEdges(text, 'g.txt')).toThrow(ExperimentError)
    expect(() => parseEdges(text, 'g.txt')).toThrow(message)
  })
})
