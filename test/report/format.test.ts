import { expect, test } from 'vitest'
import {
  amount,
  bytes,
  columns,
  count,
  duration,
  durationInOneUnit,
  figure,
  named,
  percentage,
  plain,
  range,
  threeDigits,
  times
} from '../../src/report/format.ts'

test.each([
  [0, '0'],
  [null, '–'],
  [Number.NaN, '–'],
  [0.15234, '0.152'],
  [12.345, '12.35'],
  [123.45, '123.5'],
  [4.2e-7, '4.20e-7'],
  [-2.5e9, '−2.50e+9'],
  [-0.152, '−0.152'],
  [Number.NEGATIVE_INFINITY, '−Infinity'],
  [Number.POSITIVE_INFINITY, 'Infinity']
])('figure(%s) is %s', (x, text) => {
  expect(figure(x)).toBe(text)
})

test('what is beyond a thousand times either way is only said to be', () => {
  expect([2.4671, 0.0421, 1e-9, 12_345, Number.NaN].map(times)).toEqual([
    '2.47×',
    '0.0421×',
    '<0.001×',
    '>1000×',
    '–'
  ])
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [3_558_400, '3.56 MB'],
  [999_600, '1.00 MB'],
  [5.56e12, '5.56 TB']
])('%i bytes are %s', (x, text) => {
  expect(bytes(x)).toBe(text)
})

test.each([
  [0, '0.00 s'],
  [2.34e-6, '2.3 µs'],
  [6.37e-4, '637 µs'],
  [9.999e-4, '1.0 ms'],
  [0.00262, '2.6 ms'],
  [0.0994, '99 ms'],
  [0.1, '0.10 s'],
  [0.42, '0.42 s'],
  [6.34, '6.3 s'],
  [59.4, '59 s'],
  [59.7, '1 min 00 s'],
  [125, '2 min 05 s'],
  [11_520, '3 h 12 min'],
  [86_400, '24 h 00 min'],
  [5 * 86_400 + 3 * 3600 + 1700, '5 d 03 h'],
  [501_000 * 3600, '57.2 y']
])('%f seconds are %s', (x, text) => {
  expect(duration(x)).toBe(text)
})

test('thousands are grouped, columns aligned as asked', () => {
  expect(count(12_800)).toBe('12,800')
  expect(
    columns(
      [
        ['a', 'bb'],
        ['ccc', 'd']
      ],
      'lr'
    )
  ).toEqual(['a    bb', 'ccc   d'])
})

test.each([
  [[3], 'peer 3'],
  [[3, 7], 'peers 3, 7'],
  [[16], 'the hub'],
  [[0, 16], 'peers 0, the hub'],
  [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'peers 0, 1, 2, 3, 4, 5, 6, 7 and 2 more']
])('of 16 peers and a hub, participants %j are %s', (participants, text) => {
  expect(named(participants, 16)).toBe(text)
})

test('as a figure a time has one unit and three digits', () => {
  const seconds = [
    0, 2.34e-6, 0.012, 0.5, 2.3628, 59.9, 60, 98.24, 7199, 7200, 86_400, 172_800, 3.2e7, 8.64e12
  ]
  const texts = seconds.map(durationInOneUnit)
  expect(texts).toEqual([
    '0 s',
    '2.34 µs',
    '12.0 ms',
    '500 ms',
    '2.36 s',
    '59.9 s',
    '1.00 min',
    '1.64 min',
    '2.00 h',
    '2.00 h',
    '1.00 d',
    '2.00 d',
    '1.01 y',
    '273,785 y'
  ])
  expect(Math.max(...texts.slice(0, -1).map(text => text.length))).toBeLessThanOrEqual(8)
  expect(durationInOneUnit(0.9996)).toBe('1.00 s')
})

test('a range has a dash between its ends, but a word where that could be a sign', () => {
  expect(range(0.114, 0.15)).toBe('0.114–0.150')
  expect(range(-9.15, -3.21)).toBe('−9.15 to −3.21')
  expect(range(-1, 2)).toBe('−1.00 to 2.00')
})

test('medians of counts need not be whole, and rates have three digits whatever their size', () => {
  expect([12_800, 30.5, 67_649.88, 1e9].map(amount)).toEqual(['12,800', '30.5', '67,650', '1,000,000,000'])
  expect([0.0421, 0.5, 12.34, 104.4, 1234, 0, Number.NaN].map(threeDigits)).toEqual([
    '0.0421',
    '0.5',
    '12.3',
    '104',
    '1,230',
    '0',
    '–'
  ])
})

test('settings and shares have no zeros at their ends', () => {
  expect([0.05, 1 / 3, 12, 1500, 0.012345].map(x => plain(x))).toEqual([
    '0.05',
    '0.333',
    '12',
    '1500',
    '0.0123'
  ])
  expect([0.05, 0.001, 1 / 3].map(x => percentage(x))).toEqual(['5 %', '0.1 %', '33.3 %'])
  expect(percentage(1 / 3, 2)).toBe('33 %')
})
