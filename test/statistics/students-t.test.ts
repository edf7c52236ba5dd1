import { expect, test } from 'vitest'
import { normalTail, studentQuantile } from '../../src/statistics/students-t.ts'

test.each([
  [1, 12.7062],
  [2, 4.30265],
  [3, 3.18245],
  [4, 2.77645],
  [5, 2.57058],
  [9, 2.26216],
  [10, 2.22814],
  [29, 2.04523],
  [30, 2.04227],
  [120, 1.97993]
])('of %s degrees of freedom 97.5 %% lie below the t of the tables, %s', (degrees, t) => {
  expect(studentQuantile(0.975, degrees)).toBeCloseTo(t, 4)
})

test.each([
  [0.75, 4, 0.740697],
  [0.95, 4, 2.131847],
  [0.995, 4, 4.604095],
  [0.95, 7, 1.894579],
  [0.5, 3, 0]
])('P(T ≤ t) = %s of %s degrees of freedom at t = %s', (probability, degrees, t) => {
  expect(studentQuantile(probability, degrees)).toBeCloseTo(t, 6)
})

test('with one degree of freedom the quantiles are those of Cauchy, and with two as simple', () => {
  for (const probability of [0.6, 0.9, 0.975, 0.999]) {
    expect(studentQuantile(probability, 1)).toBeCloseTo(Math.tan(Math.PI * (probability - 0.5)), 8)
    const a = 2 * probability - 1
    expect(studentQuantile(probability, 2)).toBeCloseTo(a * Math.sqrt(2 / (1 - a * a)), 9)
  }
})

test.each([
  [1, 0.15865525393145705],
  [1.959963984540054, 0.025],
  [2, 0.02275013194817921],
  [3, 0.0013498980316300946],
  [3.1043, 0.00095365],
  [4, 3.167124183311986e-5],
  [6, 9.865876450376946e-10],
  [10, 7.619853024160527e-24]
])('the normal tail beyond %s is %s', (x, tail) => {
  expect(normalTail(x) / tail).toBeCloseTo(1, tail === 0.00095365 ? 5 : 11)
})

test('what has no such quantile or tail is a mistake', () => {
  expect(() => studentQuantile(0.4, 3)).toThrow(/quantile 0.4 of 3/)
  expect(() => studentQuantile(0.9, 1.5)).toThrow(/quantile 0.9 of 1.5/)
  expect(() => normalTail(0)).toThrow(/beyond 0/)
})
