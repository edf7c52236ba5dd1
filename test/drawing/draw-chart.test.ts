import { expect, test } from 'vitest'
import { drawChart } from '../../src/drawing/draw-chart.ts'

const axis = { low: 0.01, high: 1, ticks: [0.01, 0.1, 1], labels: ['0.01', '0.1', '1'] }

const chart = (values: readonly number[], spacing = 1): string[] =>
  drawChart([{ values, spacing }], axis, 16, 5).split('\n')

test('powers lie on a straight line of a logarithmic axis, with its ticks beside and the rounds below', () => {
  expect(chart([1, 0.1, 0.01])).toEqual([
    '   1 ┤⠑⢄',
    '     │  ⠑⢄',
    ' 0.1 ┤    ⠑⢄',
    '     │      ⠑⢄',
    '0.01 ┤        ⠑⢄',
    '     └──────────',
    '      0        2'
  ])
})

test('a sparse line is dotted evenly, wherever its pieces begin', () => {
  const dots = ['   1 ┤⠁⢀', '     │   ⠄', ' 0.1 ┤    ⠐', '     │      ⠁⢀', '0.01 ┤         ⠄']
  expect(chart([1, 0.1, 0.01], 3).slice(0, 5)).toEqual(dots)
  expect(chart([1, 0.01], 3).slice(0, 5)).toEqual(dots)
})

test('what is 0 is at the bottom, and what is no number interrupts the line', () => {
  expect(chart([0, 0]).slice(0, 5)).toEqual(['   1 ┤', '     │', ' 0.1 ┤', '     │', '0.01 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀'])
  expect(chart([1, 1, Number.NaN, 0.01, 0.01])[0]).toBe('   1 ┤⠉⠉⠉')
})

test('the longest curve says how many rounds there are, one that does not change has them, too', () => {
  const lines = drawChart(
    [
      { values: [1, 1], spacing: 1 },
      { values: new Array<number>(101).fill(1), spacing: 1 }
    ],
    axis,
    20,
    5
  ).split('\n')
  expect(lines.at(-1)).toBe(`      0${'100'.padStart(13)}`)
  expect(
    drawChart([{ values: [1], spacing: 1 }], axis, 16, 5)
      .split('\n')
      .at(-1)
  ).toBe('      0        1')
})
