import { expect, test } from 'vitest'
import { Canvas } from '../../src/drawing/canvas.ts'

test('each of the 2 × 4 dots of a cell has its bit', () => {
  const drawn = Array.from({ length: 8 }, (_, k) => {
    const canvas = new Canvas(1, 1)
    canvas.point(k & 1, k >> 1)
    return canvas.toString()
  })
  expect(drawn.join('')).toBe('⠁⠈⠂⠐⠄⠠⡀⢀')
})

test('a line across fills one row of dots', () => {
  const canvas = new Canvas(3, 2)
  canvas.line(0, 4, 5, 4)
  expect(canvas.toString()).toBe('\n⠉⠉⠉')
})

test('a diagonal line visits every row and column between its ends', () => {
  const canvas = new Canvas(2, 1)
  canvas.line(3, 3, 0, 0)
  expect(canvas.toString()).toBe('⠑⢄')
})

test('text lies over dots, and what is outside is cut off', () => {
  const canvas = new Canvas(4, 1)
  canvas.line(-10, 0, 20, 0)
  canvas.text(-1, 0, 'abc')
  canvas.text(3, 0, '12')
  canvas.text(0, 1, 'x')
  expect(canvas.toString()).toBe('bc⠉1')
})
