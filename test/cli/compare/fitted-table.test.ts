import { expect, test } from 'vitest'
import { type Column, fittedTable, textWidth } from '../../../src/cli/compare/fitted-table.ts'

const column = (head: string, width: number, worth?: number): Column => ({
  head,
  side: 'right',
  cells: ['x'.repeat(width)],
  ...(worth === undefined ? {} : { worth })
})
const NAME = 'one-peer-exponential, gossip-tracking'
const names: Column = { head: 'contender', side: 'left', isNames: true, cells: [NAME] }
const all = [
  names,
  column('error', 8),
  column('much', 10, 2),
  { ...column('little', 10, 1), title: 'the little' }
]
const widest = (lines: readonly string[]): number => Math.max(...lines.map(({ length }) => length))

test('with room for all nothing is shortened and nothing goes', () => {
  const { lines, shown, hidden } = fittedTable(all, 100)
  expect(lines[1]).toContain(NAME)
  expect(shown).toEqual(['contender', 'error', 'much', 'little'])
  expect(hidden).toEqual([])
})

test('first names are shortened, in their middle', () => {
  const { lines, hidden } = fittedTable(all, 60)
  expect(hidden).toEqual([])
  expect(widest(lines)).toBe(60)
  expect(lines[1]).toMatch(/^one-peer-e\S*….*tracking /)
})

test('then the columns go that are worth least, and names have their room', () => {
  const { lines, shown, hidden } = fittedTable(all, 49)
  expect(shown).toEqual(['contender', 'error', 'much'])
  expect(hidden).toEqual(['the little'])
  expect(widest(lines)).toBe(49)
  expect(fittedTable(all, 36).hidden).toEqual(['much', 'the little'])
})

test('names keep a few characters however narrow it is', () => {
  const { lines, hidden } = fittedTable(all, 10)
  expect(hidden).toHaveLength(2)
  expect(lines[1]).toMatch(/^\S{8}….{7} /)
})

test.each([
  [{ isTTY: true, columns: 80 }, 80],
  [{ isTTY: true, columns: 200 }, 100],
  [{ isTTY: true, columns: 40 }, 60],
  [{ isTTY: true, columns: 0 }, 100],
  [{ isTTY: false, columns: 80 }, 100]
])('on %o lines are %i wide', (stream, width) => {
  expect(textWidth(stream)).toBe(width)
})
