import { expect, test } from 'vitest'
import { drawEigenvalues } from '../../src/drawing/draw-eigenvalues.ts'

test('eigenvalues stand where they are, the higher the more of them', () => {
  expect(drawEigenvalues(Float64Array.of(1, 0, 0, 0, 0, -1), 11, 1).split('\n')).toEqual([
    '⡀    ⢸    ⢀',
    '├────┼────┤',
    '−1   0    1'
  ])
})

test('the axis is as long as there are eigenvalues', () => {
  expect(drawEigenvalues(Float64Array.of(1, -3), 9, 1).split('\n')).toEqual([
    '⡇       ⢸',
    '├─────┼─┤',
    '−3    0 1'
  ])
})

test('one of many is still a dot', () => {
  const values = Float64Array.of(1, ...new Array<number>(999).fill(0))
  expect(drawEigenvalues(values, 9, 2).split('\n').slice(0, 2)).toEqual(['    ⢸', '    ⢸   ⢀'])
})
