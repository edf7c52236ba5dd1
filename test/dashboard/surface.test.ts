import xterm from '@xterm/headless'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { STYLES, type Style } from '../../src/dashboard/styles.ts'
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

const SIZE = [24, 4] as const

/** Pieces of text at places, some of them inverse. */
const painted = fc
  .array(
    fc.tuple(
      fc.nat(SIZE[0]),
      fc.nat(SIZE[1]),
      fc.constantFrom('abc', ' ', '─│╭', '⣿⠉'),
      fc.constantFrom(...STYLES)
    ),
    { maxLength: 12 }
  )
  .map(pieces => surfaceOf(pieces))

function surfaceOf(pieces: readonly (readonly [number, number, string, Style])[], [width, height] = SIZE) {
  const surface = new Surface(width, height, 'braille')
  for (const [column, row, text, style] of pieces) {
    surface.area.text(column, row, text, style)
    if (style === 'strong') surface.area.invert(column, row, 2)
  }
  return surface
}

/** What a terminal shows that was sent all of it: characters with their looks. */
async function shown(...sent: readonly string[]): Promise<string[]> {
  const [cols, rows] = SIZE
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true })
  for (const text of sent) await new Promise<void>(resolve => terminal.write(text, resolve))
  const buffer = terminal.buffer.active
  const cells = Array.from({ length: rows * cols }, (_, at) => {
    const cell = buffer.getLine(buffer.viewportY + Math.floor(at / cols))?.getCell(at % cols)
    const looks = [cell?.isInverse(), cell?.isBold(), cell?.isDim(), cell?.getFgColor()]
    return `${cell?.getChars() || ' '} ${cell?.getChars().trim() === '' ? looks[0] : looks}`
  })
  terminal.dispose()
  return cells
}

test('the changes from another surface make a terminal show this one', async () => {
  await fc.assert(
    fc.asyncProperty(painted, painted, async (before, after) => {
      const all = await shown(after.changesFrom(undefined, '256'))
      expect(await shown(before.changesFrom(undefined, '256'), after.changesFrom(before, '256'))).toEqual(all)
    }),
    { numRuns: 40 }
  )
})

test('what stays is not written again', () => {
  const [before, after] = ['0.125', '0.126'].map(figure =>
    surfaceOf([
      [0, 1, `error ${figure}`, 'text'],
      [0, 2, 'learning', 'text']
    ])
  ) as [Surface, Surface]
  expect(after.changesFrom(before, 'none')).toBe('\x1b[2;11H6')
  expect(after.changesFrom(after, '256')).toBe('')
})

test('after another size nothing is left of what was there', async () => {
  const larger = new Surface(30, 6, 'braille')
  larger.area.text(0, 0, 'x'.repeat(30))
  const surface = surfaceOf([[3, 1, 'abc', 'text']])
  const all = await shown(surface.changesFrom(undefined, '256'))
  expect(await shown('x'.repeat(90), surface.changesFrom(larger, '256'))).toEqual(all)
})
