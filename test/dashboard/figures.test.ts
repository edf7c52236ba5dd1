import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bytesOrNone,
  countWithin,
  figureWithin,
  shortenedTo,
  shortGain
} from '../../src/dashboard/figures.ts'

test.each([
  [0.0534, 6, '0.0534'],
  [0.00123, 6, '1.2e-3'],
  [0.00123, 7, '0.00123'],
  [4.21e-16, 7, '4.2e-16'],
  [4.21e-16, 6, '4e-16'],
  [-4.21e-16, 6, '−4e-16'],
  [Number.POSITIVE_INFINITY, 6, 'inf'],
  [Number.NaN, 6, '–'],
  [null, 6, '–']
])('figureWithin(%s, %i) is %s', (x, width, text) => {
  expect(figureWithin(x, width)).toBe(text)
})

test('a figure fits and is the number that it stands for, or nearly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9, max: 1e99 }), x => {
      const text = figureWithin(x, 6)
      expect(text.length).toBeLessThanOrEqual(6)
      expect(Math.abs(Number(text) / x - 1)).toBeLessThan(0.5)
    })
  )
})

test('gains, counts and bytes are short', () => {
  expect([0.0042, 0.0712, 0.834, 2.01, 12.34, 4567].map(shortGain)).toEqual([
    '<0.01×',
    '0.071×',
    '0.834×',
    '2.01×',
    '12.34×',
    '>1000×'
  ])
  expect([800, 123_456, 1_234_567, Number.NaN].map(x => countWithin(x, 7))).toEqual([
    '800',
    '123,456',
    '1.23M',
    '–'
  ])
  expect([bytesOrNone(Number.NaN), bytesOrNone(12.4), bytesOrNone(3.72e6)]).toEqual(['–', '12 B', '3.72 MB'])
})

test('a name loses its middle, since names differ in their ends', () => {
  expect(shortenedTo('windy-gridworld-12', 10)).toBe('windy…d-12')
  expect(shortenedTo('garnet-1', 8)).toBe('garnet-1')
  expect(shortenedTo('garnet', 1)).toBe('…')
})
