import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bytesOrNone,
  countWithin,
  figureWithin,
  percentage,
  shortDuration,
  shortenedTo,
  shortGain
} from '../../src/dashboard/figures.ts'

test.each([
  [0.0534, 6, '0.0534'],
  [0.00123, 6, '1.2e-3'],
  [0.00123, 7, '0.00123'],
  [4.21e-16, 7, '4.2e-16'],
  [4.21e-16, 6, '4e-16'],
  [-4.21e-16, 6, '-4e-16'],
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

test('gains, counts, bytes and shares are short', () => {
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
  expect([0.05, 0.001, 1 / 3].map(percentage)).toEqual(['5 %', '0.1 %', '33.3 %'])
})

test('a time has one unit', () => {
  const seconds = [0.012, 0.5, 98.24, 119, 120, 464, 7199, 7200, 86_400, 172_800, 8.64e10]
  const texts = seconds.map(shortDuration)
  expect(texts).toEqual([
    '12 ms',
    '0.50 s',
    '98.2 s',
    '119 s',
    '2 min',
    '7.73 min',
    '120 min',
    '2 h',
    '24 h',
    '2 d',
    '1000000 d'
  ])
  expect(Math.max(...texts.slice(0, -1).map(text => text.length))).toBeLessThanOrEqual(8)
})

test('a name loses its middle, since names differ in their ends', () => {
  expect(shortenedTo('windy-gridworld-12', 10)).toBe('windy…d-12')
  expect(shortenedTo('garnet-1', 8)).toBe('garnet-1')
  expect(shortenedTo('garnet', 1)).toBe('…')
})
