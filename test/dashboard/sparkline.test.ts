import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GLYPHS } from '../../src/dashboard/glyphs.ts'
import { sparkline } from '../../src/dashboard/sparkline.ts'

const eight = (values: readonly number[], width = values.length): string =>
  sparkline(values, width, GLYPHS.braille)

test('from the least value to the largest', () => {
  expect(eight([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█')
  expect(eight([7, 0])).toBe('█▁')
})

test('what ranges over more than a decade of positive values is logarithmic', () => {
  expect(eight([1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7])).toBe('▁▂▃▄▅▆▇█')
  expect(eight([0, 1, 1e7])).toBe('▁▁█')
  expect(eight([1, 2, 8])).toBe('▁▂█')
})

test('NaN is a blank, a short history fills from the left, an empty one is blank', () => {
  expect(eight([0, Number.NaN, 7], 5)).toBe('▁ █  ')
  expect(eight([], 3)).toBe('   ')
  expect(eight([Number.NaN, Number.NaN, 1, 1], 2)).toBe(' ▁')
})

test('what has diverged is at the top, and the rest keeps its scale', () => {
  expect(eight([0, 7, Number.POSITIVE_INFINITY])).toBe('▁██')
})

test('a long history is averaged over stretches of equal length', () => {
  expect(eight([0, 0, 7, 7, 3, 4, Number.NaN, 7], 4)).toBe('▁█▅█')
})

test('a constant is calm, and so is what no number can tell apart', () => {
  expect(eight([2, 2, 2])).toBe('▁▁▁')
  expect(eight([-1e308, 1e308])).toBe('▁▁')
})

test('any history has the width that it is given, in the characters that it is given', () => {
  const values = fc.array(fc.double(), { maxLength: 64 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 70 }), (history, width) => {
      const line = sparkline(history, width, GLYPHS.ascii)
      expect(line).toHaveLength(width)
      expect([...line].every(character => character === ' ' || GLYPHS.ascii.levels.includes(character))).toBe(
        true
      )
    })
  )
})
