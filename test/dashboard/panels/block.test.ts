import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Block,
  beside,
  blockOf,
  fitted,
  flow,
  GAP,
  lineWidth,
  section,
  shelves,
  stack,
  table,
  textWidth,
  wrapped
} from '../../../src/dashboard/panels/block.ts'
import { notationOf } from '../../../src/dashboard/panels/notation.ts'

const text = (block: Block): string[] =>
  Array.from({ length: block.height }, (_, row) =>
    block
      .line(row)
      .map(([piece]) => piece)
      .join('')
      .trimEnd()
  )
const block = (...lines: string[]): Block => blockOf(lines.map(line => [[line, 'text']]))

const blocks = fc
  .array(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'θ'), maxLength: 8 }), { maxLength: 4 }))
  .map(all => all.map(lines => block(...lines)))

describe('blocks', () => {
  test('stand below each other with an empty line between', () => {
    expect(text(stack([block('a', 'b'), block(), block('c')]))).toEqual(['a', 'b', '', 'c'])
  })

  test('stand beside each other, each in its own columns', () => {
    expect(text(beside([block('a', 'bbb'), block(), block('c')]))).toEqual(['a     c', 'bbb'])
  })

  test('stand on shelves as wide as there is room', () => {
    const three = [block('aaaa'), block('bbbb'), block('cccc')]
    expect(text(shelves(three, 11))).toEqual(['aaaa   bbbb', '', 'cccc'])
    expect(text(shelves(three, 10))).toEqual(['aaaa', '', 'bbbb', '', 'cccc'])
  })

  test('have a title above', () => {
    expect(text(section([['title', 'title']], block('a')))).toEqual(['title', 'a'])
  })

  test.each([
    ['below', stack],
    ['beside', beside],
    ['on shelves', (all: readonly Block[]) => shelves(all, 20)]
  ])('%s each other no line is wider than the whole', (_, arrange) => {
    fc.assert(
      fc.property(blocks, all => {
        const whole = arrange(all)
        for (let row = 0; row < whole.height; row++) {
          expect(lineWidth(whole.line(row))).toBeLessThanOrEqual(whole.width)
        }
      })
    )
  })
})

test('a table keeps its columns, whatever is in them', () => {
  const columns = [
    { title: 'name', style: 'dim', width: 4, align: 'left' },
    { title: 'x', style: 'dim', width: 5, align: 'right' }
  ] as const
  const cells = [
    ['a', '1.5'],
    ['longer', '123456789']
  ] as const
  const rows = table(columns, 2, k => cells[k]!.map(cell => [cell, 'text'] as const))
  expect(text(rows)).toEqual(['name      x', 'a       1.5', 'lon…  1234…'])
})

test('items flow into lines', () => {
  const items = ['aaa', 'bbb', 'ccc'].map(item => [[item, 'text']] as const)
  const lines = flow(items, 6 + GAP).map(line => line.map(([piece]) => piece).join(''))
  expect(lines).toEqual(['aaa   bbb', 'ccc'])
})

test('a text that is cut off says so', () => {
  expect(fitted('abcdef', 4)).toBe('abc…')
  expect(fitted('ab', 4, 'right')).toBe('  ab')
})

describe('words in lines', () => {
  test('no line is too wide, and no character is lost', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'θ', ' ', '\n') }),
        fc.integer({ min: 1, max: 12 }),
        (raw, width) => {
          const lines = wrapped(raw, width)
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
          expect(lines.join('').replaceAll(' ', '')).toBe(raw.replaceAll(/\s/g, ''))
        }
      )
    )
  })

  test('a line takes as many words as have room', () => {
    expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four'])
  })
})

describe('the numbers of a table', () => {
  test('have the decimals of four digits of the largest', () => {
    const { write, width } = notationOf([0.1234567, -12.3456, 3])
    expect([0.1234567, -12.3456, 3, -0.001].map(write)).toEqual(['0.12', '-12.35', '3.00', '0.00'])
    expect(width).toBe(6)
  })

  test('are figures of their own where decimals would be no use', () => {
    expect(notationOf([1e-9, 2e-9]).write(1e-9)).toBe('1.00e-9')
    expect(notationOf([1e7]).write(1e7)).toBe('1.00e+7')
  })

  test('fit their column, and what is no number is a dash', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), all => {
        const { write, width } = notationOf(all)
        for (const x of all) if (Math.abs(x) < 1e100) expect(write(x).length).toBeLessThanOrEqual(width)
        expect(write(Number.NaN)).toBe('–')
      })
    )
  })
})
