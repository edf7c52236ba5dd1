import { expect, test } from 'vitest'
import { endsOf, linksOf, receiversOf, reverseLinks } from '../../src/core/links.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'

test('links of a path of three: rows, receivers, and each link back', () => {
  const links = linksOf({ neighbours: [[1], [0, 2], [1]] })
  expect([...links.rowStart]).toEqual([0, 1, 3, 4])
  expect([...links.senders]).toEqual([1, 0, 2, 1])
  expect([...receiversOf(links)]).toEqual([0, 1, 1, 2])
  expect([...reverseLinks(links)]).toEqual([1, 0, 3, 2])
})

test('the ends of every link, also past those who hear nobody', () => {
  const links = linksOf({ neighbours: [[], [0, 2], [], [], [1, 3], []] })
  const ends = [0, 1, 2, 3].map(k => endsOf(links, k))
  expect(ends).toEqual([
    [1, 0],
    [1, 2],
    [4, 1],
    [4, 3]
  ])
})

test('a link that nobody returns has no link back', () => {
  expect([...reverseLinks(linksOf({ neighbours: [[2], [0], [1]] }))]).toEqual([-1, -1, -1])
})

test('strides are multiples of 4', () => {
  expect([1, 4, 5, 8, 30].map(strideOf)).toEqual([4, 4, 8, 8, 32])
})
