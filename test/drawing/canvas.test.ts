import { expect, test } from 'vitest'
import { Canvas, character } from '../../src/drawing/canvas.ts'

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

test('of several inks in a cell the largest is kept, and a cell without dots has none', () => {
  const canvas = new Canvas(3, 1)
  canvas.point(0, 0, 2)
  canvas.point(1, 3, 1)
  canvas.point(2, 0, 1)
  expect([0, 1, 2].map(column => canvas.inkAt(column, 0))).toEqual([2, 1, 0])
  expect([0, 1, 2].map(column => canvas.dotsAt(column, 0))).toEqual([0x01 | 0x80, 0x01, 0])
})

test('every n-th dot of a line is drawn, the first among them', () => {
  const canvas = new Canvas(5, 1)
  canvas.line(0, 0, 9, 0, 0, 3)
  const drawn = Array.from({ length: 10 }, (_, x) => (canvas.dotsAt(x >> 1, 0) & (x & 1 ? 0x08 : 0x01)) !== 0)
  expect(drawn.flatMap((isSet, x) => (isSet ? [x] : []))).toEqual([0, 3, 6, 9])
})

test('of what is not finite nothing is drawn', () => {
  const canvas = new Canvas(4, 2)
  for (const end of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    canvas.line(0, 0, end, 3)
    canvas.line(0, end, 7, 3)
    canvas.point(end, 0)
    canvas.point(0, end)
  }
  expect(canvas.toString()).toBe('\n')
})

test('a dot outside sets nothing', () => {
  const canvas = new Canvas(2, 1)
  for (const [x, y] of [
    [-1, 0],
    [4, 0],
    [0, -1],
    [0, 4]
  ] as const) {
    canvas.point(x, y)
  }
  expect(canvas.toString()).toBe('')
})

/** Whether a dot of the given cell is set, by column and row. */
const has = (dots: number, x: number, y: number): boolean => {
  const canvas = new Canvas(1, 1)
  canvas.point(x, y)
  return (dots & canvas.dotsAt(0, 0)) !== 0
}
const EVERY_CELL = Array.from({ length: 256 }, (_, dots) => dots)

test('a Braille character has the dots of its cell', () => {
  expect(EVERY_CELL.map(dots => character(dots, 'braille')).join('')).toBe(
    ` ${EVERY_CELL.slice(1)
      .map(dots => String.fromCodePoint(0x2800 + dots))
      .join('')}`
  )
})

test('a block fills the quarters of a cell that have dots', () => {
  const quarters: Record<string, string> = {
    '0000': ' ',
    '1000': '▘',
    '0100': '▝',
    '1100': '▀',
    '0010': '▖',
    '1010': '▌',
    '0110': '▞',
    '1110': '▛',
    '0001': '▗',
    '1001': '▚',
    '0101': '▐',
    '1101': '▜',
    '0011': '▄',
    '1011': '▙',
    '0111': '▟',
    '1111': '█'
  }
  for (const dots of EVERY_CELL) {
    const filled = [
      [0, 0],
      [1, 0],
      [0, 2],
      [1, 2]
    ].map(([x, y]) => (has(dots, x!, y!) || has(dots, x!, y! + 1) ? '1' : '0'))
    expect(character(dots, 'block')).toBe(quarters[filled.join('')])
  }
})

test('in ASCII a cell shows at which height its dots are', () => {
  for (const dots of EVERY_CELL) {
    const rows = [0, 1, 2, 3].filter(y => has(dots, 0, y) || has(dots, 1, y))
    const shown = character(dots, 'ascii')
    expect(shown).toMatch(/^[ -~]$/)
    if (rows.length === 0) expect(shown).toBe(' ')
    if (rows.length === 1) expect(shown).toBe("'--."[rows[0]!])
    if (rows.includes(0) && rows.includes(3)) expect(shown).toBe(':')
  }
})
