/** A figure as SVG: its panels two by two, one legend below. Nothing in it refers to another file. */
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import type { Axis, Panel, Series } from './figure.ts'

const COLOURS = ['#1f5fa8', '#d1641b', '#1d8a5b', '#a8324e', '#7650a8', '#5a6570']
const INK = '#22272e'
const GRID = '#e3e6ea'
const WIDTH = 470
const HEIGHT = 356
/** Of a panel, below its title. */
const PLOT_TOP = 24
const MARGIN = 16
const HEADER = 62
const LEGEND_LINE = 20
const LEGEND_SAMPLE = 30
/** Of a character of the legend, at most. */
const CHARACTER = 6.6
const DASHES = { line: '', dashed: '7 4', dotted: '1.5 4', points: '' } as const

/** `paper` is said below the title. */
export function drawFigure(title: string, paper: string, panels: readonly Panel[]): string {
  const columns = Math.min(2, panels.length)
  const width = 2 * MARGIN + Math.max(columns, 2) * WIDTH
  const legend = legendOf(panels, width - 2 * MARGIN)
  const panelsEnd = HEADER + Math.ceil(panels.length / columns) * HEIGHT
  const height = panelsEnd + legend.height + MARGIN
  const placed = panels.map((panel, k) => {
    const x = MARGIN + (k % columns) * WIDTH
    const y = HEADER + Math.floor(k / columns) * HEIGHT
    return `<g transform="translate(${x},${y})">${heading(panel.title)}${drawPanel(panel)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}" color="${INK}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="28" font-size="16" font-weight="600">${escaped(title)}</text>`,
    `<text x="${MARGIN}" y="47" fill="#5a6570">${escaped(paper)}</text>`,
    ...placed,
    `<g transform="translate(${MARGIN},${panelsEnd + 4})">${legend.text}</g>`,
    '</svg>\n'
  ].join('\n')
}

const heading = (title: string): string =>
  `<text x="${WIDTH / 2}" y="14" text-anchor="middle" font-size="13" font-weight="600">${escaped(title)}</text>`

function drawPanel({ x, y, series }: Panel): string {
  const shown = series.map(each => visible(each, x, y))
  const scaleOf = (axis: Axis, values: readonly number[]) => ({
    label: axis.label,
    type: axis.log ? ('log' as const) : ('linear' as const),
    nice: !axis.log,
    ...(axis.log ? { domain: decades(values), tickFormat: powerOfTen } : {}),
    ticks: ticksOf(axis, values)
  })
  const xs = shown.flatMap(({ points }) => points.map(([at]) => at))
  const ys = shown.flatMap(({ points, band = [] }) => [
    ...points.map(([, value]) => value),
    ...band.flatMap(([, low, high]) => [low, high])
  ])
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT - PLOT_TOP - 14,
    marginTop: 34,
    marginLeft: 62,
    marginRight: 24,
    marginBottom: 44,
    style: { fontSize: '11px', background: 'none' },
    x: scaleOf(x, xs),
    y: scaleOf(y, ys),
    marks: [
      Plot.gridX({ ticks: ticksOf(x, xs), stroke: GRID, strokeOpacity: 1 }),
      Plot.gridY({ ticks: ticksOf(y, ys), stroke: GRID, strokeOpacity: 1 }),
      ...shown.flatMap(marksOf)
    ]
  })
  // Its style sheet is for pages that are resized; what is drawn needs none.
  const svg = String(plot).replace(/<style>.*?<\/style>/s, '')
  return `<g transform="translate(0,${PLOT_TOP})">${svg}</g>`
}

/** Without what has no place on a logarithmic axis. */
function visible(series: Series, x: Axis, y: Axis): Series {
  const fits = (at: number, ...values: readonly number[]): boolean =>
    [at, ...values].every(Number.isFinite) &&
    (!x.log || at > 0) &&
    (!y.log || values.every(value => value > 0))
  return {
    ...series,
    points: series.points.filter(([at, value]) => fits(at, value)),
    ...(series.band === undefined ? {} : { band: series.band.filter(row => fits(...row)) })
  }
}

function marksOf({ colour: index, style, points, band = [] }: Series): Plot.Markish[] {
  const colour = colourOf(index)
  const options = { x: '0', y: '1' }
  const marks: Plot.Markish[] = []
  if (band.length > 1) {
    marks.push(Plot.areaY(band, { x: '0', y1: '1', y2: '2', fill: colour, fillOpacity: 0.14 }))
  }
  if (style === 'points') marks.push(Plot.dot(points, { ...options, r: 3, fill: colour, fillOpacity: 0.75 }))
  else {
    const strokeWidth = style === 'dotted' ? 1.8 : 1.6
    marks.push(
      Plot.line(points, {
        ...options,
        stroke: colour,
        strokeWidth,
        strokeDasharray: DASHES[style],
        strokeLinecap: 'round'
      })
    )
    // What is between few points is only a guide for the eye.
    if (style !== 'dotted' && points.length <= 12)
      marks.push(Plot.dot(points, { ...options, r: 2, fill: colour }))
  }
  return marks
}

/** The powers of ten around all values. */
function decades(values: readonly number[]): [number, number] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const high = Math.ceil(Math.log10(Math.max(...values)) - 1e-9)
  return [Number(`1e${low}`), Number(`1e${Math.max(low + 1, high)}`)]
}

/** Powers of ten, as many as there is room for; of other axes, about how many. */
function ticksOf({ log }: Axis, values: readonly number[]): number[] | number {
  if (!log) return 6
  const [low, high] = decades(values).map(value => Math.round(Math.log10(value))) as [number, number]
  const step = Math.ceil((high - low) / 8)
  const ticks: number[] = []
  for (let power = low; power <= high; power += step) ticks.push(Number(`1e${power}`))
  return ticks
}

/** 10⁻³, but 0.1, 1, 10. */
function powerOfTen(value: number): string {
  const power = Math.round(Math.log10(value))
  if (power >= -1 && power <= 2) return String(Number(value.toPrecision(1)))
  return `10${[...String(power)].map(digit => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('')}`
}

/** An entry for each name, in as many lines as they take. */
function legendOf(panels: readonly Panel[], width: number): { text: string; height: number } {
  const entries = new Map<string, Series>()
  const colours = new Map<string, Set<number>>()
  for (const { series } of panels) {
    for (const each of series) {
      if (each.points.length === 0) continue
      if (!entries.has(each.name)) entries.set(each.name, each)
      colours.set(each.name, (colours.get(each.name) ?? new Set()).add(each.colour))
    }
  }
  let x = 0
  let y = 14
  const order = Object.keys(DASHES)
  const sorted = [...entries].sort(
    ([, a], [, b]) => order.indexOf(a.style) - order.indexOf(b.style) || a.colour - b.colour
  )
  const parts = sorted.map(([name, { colour, style }]) => {
    const room = LEGEND_SAMPLE + 8 + name.length * CHARACTER + 16
    if (x > 0 && x + room > width) {
      x = 0
      y += LEGEND_LINE
    }
    // A name that several colours share has none of its own.
    const ink = colours.get(name)?.size === 1 ? colourOf(colour) : INK
    const sample =
      style === 'points'
        ? `<circle cx="${LEGEND_SAMPLE / 2}" cy="-4" r="3" fill="${ink}"/>`
        : `<line x1="0" x2="${LEGEND_SAMPLE}" y1="-4" y2="-4" stroke="${ink}" stroke-width="2" stroke-linecap="round" stroke-dasharray="${DASHES[style] || 'none'}"/>`
    const part = `<g transform="translate(${x},${y})">${sample}<text x="${LEGEND_SAMPLE + 8}">${escaped(name)}</text></g>`
    x += room
    return part
  })
  return { text: parts.join(''), height: y + 10 }
}

const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? INK

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, sign => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
