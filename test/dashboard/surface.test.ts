import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Surface } from '../../src/dashboard/surface.ts'

test('what is written is read, and what is outside is cut off', () => {
  const surface = new Surface(6, 2, 'braille')
  const after = surface.area.text(4, 0, 'abcd')
  surface.area.text(-2, 1, 'xyz')
  surface.area.text(0, 5, 'below')
  expect(after).toBe(8)
  expect(surface.text).toBe('    ab\nz')
})

test('a part is cut off at its own edges', () => {
  const surface = new Surface(6, 3, 'braille')
  surface.area.part(1, 1, 3, 1).text(0, 0, 'abcdef')
  surface.area.part(1, 1, 3, 1).text(0, 1, 'below')
  expect(surface.text).toBe('\n abc\n')
})

test('a frame leaves the area within', () => {
  const surface = new Surface(8, 3, 'braille')
  const inner = surface.area.frame([[' a ', 'title']], 'frame')
  inner.text(0, 0, 'x'.repeat(20))
  expect([inner.width, inner.height]).toEqual([6, 1])
  expect(surface.text).toBe('╭─ a ──╮\n│xxxxxx│\n╰──────╯')
})

test('ASCII is all that is shown where there is nothing else', () => {
  const surface = new Surface(12, 3, 'ascii')
  surface.area.frame([['θ × ξ', 'title']], 'frame').text(0, 0, 'naïve 日本')
  expect(surface.text).toBe('+-t x x----+\n|na?ve ??  |\n+----------+')
})

test('every character takes one cell, whatever a name holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const surface = new Surface(40, 1, 'braille')
      surface.area.text(0, 0, text)
      expect(surface.text).not.toMatch(/[\p{C}\p{M}]/u)
      expect([...surface.text].length).toBeLessThanOrEqual(40)
    })
  )
})

test('styles begin and end on their line, and blanks at its end are left out', () => {
  const surface = new Surface(8, 1, 'braille')
  surface.area.text(0, 0, 'a', 'bad')
  surface.area.text(1, 0, 'b')
  surface.area.invert(2, 0, 1)
  expect(surface.ansi('256')).toBe('\x1b[1;38;5;202ma\x1b[39;22mb\x1b[7m \x1b[27m')
  expect(surface.ansi('none')).toBe('\x1b[1ma\x1b[22mb\x1b[7m \x1b[27m')
})
