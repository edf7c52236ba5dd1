import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { drawPanel, entriesOf, escaped, PAPER, type Panel, type Series } from '../../src/drawing/panel.ts'
import { elementsOf } from '../reproduce/well-formed.ts'

const SIZE = { width: 400, height: 300 }
const points: Series = {
  name: 'one',
  colour: 2,
  style: 'points',
  points: [
    [0, 1],
    [4_000_000, 2]
  ]
}
const panel = (...series: readonly Series[]): Panel => ({
  title: 'not drawn',
  x: { label: 'bytes', log: false },
  y: { label: 'error', log: false },
  series
})
const draw = (...series: readonly Series[]): string => drawPanel(panel(...series), SIZE, PAPER)

describe('a panel', () => {
  test('has short ticks where numbers are large', () => {
    const svg = draw(points)
    elementsOf(svg)
    expect(svg).toContain('>1M<')
    expect(svg).not.toContain('1,000,000')
  })

  test('draws points as dots, rings or crosses, in the colour of their series', () => {
    const marks = (svg: string) => {
      const group = parseHTML(svg).document.querySelector('[aria-label="dot"]')
      const look = ['fill', 'stroke'].map(name => group?.getAttribute(name) ?? null)
      return [group?.firstElementChild?.tagName.toLowerCase(), ...look]
    }
    const green = PAPER.series[2]
    expect(marks(draw(points))).toEqual(['circle', green, null])
    expect(marks(draw({ ...points, mark: 'ring' }))).toEqual(['circle', 'none', green])
    expect(marks(draw({ ...points, mark: 'cross' }))).toEqual(['path', 'none', green])
  })
})

test('a legend has a name once, in the colour that it has in all panels, or in ink', () => {
  const line: Series = { ...points, style: 'line' }
  const empty: Series = { ...points, name: 'nothing', points: [] }
  expect(entriesOf([panel(line, empty), panel(points)], PAPER)).toEqual([
    { name: 'one', style: 'line', ink: PAPER.series[2] }
  ])
  expect(entriesOf([panel(line), panel({ ...line, colour: 3 })], PAPER)[0]?.ink).toBe(PAPER.ink)
})

test('text is escaped for elements and attributes alike', () => {
  expect(escaped('<a href="x">&')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;')
})
