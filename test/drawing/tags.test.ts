import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, placeTags } from '../../src/drawing/tags.ts'

const BOUNDS: Box = { left: 0, top: 0, right: 300, bottom: 200 }
const WIDTH = 7
const HEIGHT = 9

/** What the text takes at least. */
const boxOf = ({ x, y, text }: { x: number; y: number; text: string }): Box => ({
  left: x,
  right: x + WIDTH * text.length,
  bottom: y,
  top: y - HEIGHT
})
const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

test('a label stands to the right of its mark where nothing is in its way', () => {
  const [tag] = placeTags([{ x: 100, y: 100, text: '7' }], [], BOUNDS)
  expect(tag?.x).toBeGreaterThan(100)
  expect(tag?.x).toBeLessThan(110)
})

test('a label goes to another side where there is a line, or the edge', () => {
  const line: Box = { left: 104, right: 120, top: 0, bottom: 200 }
  const [left] = placeTags([{ x: 100, y: 100, text: '7' }], [line], BOUNDS)
  expect(left?.x).toBeLessThan(96)
  const [atEdge] = placeTags([{ x: 298, y: 100, text: '7' }], [], BOUNDS)
  expect(atEdge?.x).toBeLessThan(294)
})

test('what has no room is left out', () => {
  const wall: Box = { left: 80, right: 120, top: 80, bottom: 120 }
  expect(placeTags([{ x: 100, y: 100, text: '7' }], [wall], BOUNDS)).toEqual([])
})

test('no label lies on another, on a mark, on a line, or outside', () => {
  const mark = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) })
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 30 }), fc.array(mark, { maxLength: 5 }), (marks, bars) => {
      const lines = bars.map(({ x, y }): Box => ({ left: x - 1, right: x + 1, top: y, bottom: y + 40 }))
      const boxes = placeTags(
        marks.map(({ x, y }, k) => ({ x, y, text: String(k + 1) })),
        lines,
        BOUNDS
      ).map(boxOf)
      const dots = marks.map(({ x, y }): Box => ({ left: x - 4, right: x + 4, top: y - 4, bottom: y + 4 }))
      boxes.forEach((box, k) => {
        const others = [...boxes.slice(k + 1), ...dots, ...lines]
        expect(others.filter(other => overlap(box, other))).toEqual([])
        expect([box.left >= 0, box.right <= 300, box.top >= 0, box.bottom <= 200]).not.toContain(false)
      })
    }),
    { seed: 8, numRuns: 100 }
  )
})
