import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitted, type Segment, segment, shortening } from '../../src/dashboard/segments.ts'

const textOf = (segments: readonly Segment[], width: number): string =>
  fitted(segments, width, 2)
    .map(([text]) => text)
    .join('')

const LINE = [
  shortening(2, 'text', ['error 0.123', '0.123']),
  shortening(3, 'text', ['peer 7']),
  shortening(1, 'text', ['seed 1'])
]

test.each([
  [40, 'error 0.123  peer 7  seed 1'],
  [27, 'error 0.123  peer 7  seed 1'],
  [26, 'error 0.123  peer 7'],
  [20, 'error 0.123  peer 7'],
  [18, '0.123  peer 7'],
  [12, 'peer 7'],
  [6, 'peer 7'],
  [5, '0.123'],
  [3, '']
])('in %i cells: "%s"', (width, text) => {
  expect(textOf(LINE, width)).toBe(text)
})

test('of one level, all are said shortly before one is said at length', () => {
  const equals = [
    shortening(2.1, 'text', ['error 0.123', '0.123']),
    shortening(2.9, 'text', ['peer number 7', 'peer 7'])
  ]
  expect(textOf(equals, 14)).toBe('0.123  peer 7')
  expect(textOf(equals, 20)).toBe('0.123  peer number 7')
})

test('the pieces of a statement stay together, each in its style', () => {
  expect(fitted([segment(1, ['a', 'here'], ['b', 'bad'])], 9, 2)).toEqual([
    ['a', 'here'],
    ['b', 'bad']
  ])
})

test('whatever is said fits, is one of the forms and keeps its order', () => {
  const forms = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 })
  const lines = fc.array(fc.record({ worth: fc.integer({ min: 1, max: 5 }), forms }), { maxLength: 8 })
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 120 }), (line, width) => {
      const segments = line.map(({ worth, forms }, k) =>
        shortening(
          worth,
          'text',
          forms.sort((a, b) => b - a).map(length => String(k).repeat(length))
        )
      )
      const text = textOf(segments, width)
      expect(text.length).toBeLessThanOrEqual(width)
      const said = text.split(/ +/).filter(Boolean)
      const order = said.map(word => Number(word[0]))
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
      for (const word of said) expect(line[Number(word[0])]?.forms).toContain(word.length)
    })
  )
})
