import { describe, expect, test } from 'vitest'
import { drawFigure } from '../../src/drawing/draw-figure.ts'
import type { Panel, Series } from '../../src/drawing/panel.ts'
import { elementsOf } from '../reproduce/well-formed.ts'

const falling: Series = {
  name: 'a < b & c',
  colour: 1,
  style: 'dashed',
  points: [
    [1, 10],
    [10, 1],
    [100, 0.001]
  ],
  band: [
    [1, 9, 11],
    [100, 0.0005, 0.002]
  ]
}
const panel = (series: readonly Series[], log = true): Panel => ({
  title: 'R < 1',
  x: { label: 'rounds', log },
  y: { label: 'error', log },
  series
})

describe('a figure', () => {
  test('is well-formed, refers to nothing else, and says what is what', () => {
    const svg = drawFigure('Title & more', 'Paper <1>', [panel([falling]), panel([falling], false)])
    const elements = elementsOf(svg)
    expect(elements.filter(name => name === 'svg')).toHaveLength(3)
    expect(elements).not.toContain('style')
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg'])
    for (const text of [
      'Title &amp; more',
      'Paper &lt;1&gt;',
      'a &lt; b &amp; c',
      'R &lt; 1',
      'error',
      'rounds'
    ]) {
      expect(svg).toContain(text)
    }
  })

  test('has powers of ten on logarithmic axes', () => {
    const texts = [...drawFigure('', '', [panel([falling])]).matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(
      ([, text]) => text
    )
    for (const tick of ['1', '10', '100', '0.1', '10⁻²', '10⁻³', '10⁻⁴']) expect(texts).toContain(tick)
  })

  test('leaves out of logarithmic axes what has no place there', () => {
    const points = [
      [1, 0],
      [10, Number.NaN],
      [0, 3],
      [10, 1],
      [100, 2]
    ] as const
    const broken = drawFigure('', '', [panel([{ ...falling, points, band: [[1, 0, 1]] }])])
    const { band, ...plain } = falling
    const clean = drawFigure('', '', [panel([{ ...plain, points: points.slice(3) }])])
    expect(band).toBeDefined()
    expect(broken).toBe(clean)
  })

  test('has one entry in its legend for each name', () => {
    const other: Series = { ...falling, colour: 2 }
    const svg = drawFigure('', '', [panel([falling, other]), panel([falling])])
    expect(svg.match(/a &lt; b &amp; c/g)).toHaveLength(1)
  })
})
