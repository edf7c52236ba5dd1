/** Curves and clouds of points over two axes, as SVG. */
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { type Box, placeTags } from './tags.ts'

/** A curve or a cloud of points; x and y by turns as pairs. */
export interface Series {
  /** What the legend says. */
  readonly name: string
  /** Series of one colour belong together. */
  readonly colour: number
  readonly style: 'line' | 'dashed' | 'dotted' | 'points'
  /** What points are drawn as; dots unless said. */
  readonly mark?: 'dot' | 'ring' | 'cross'
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Of points: what stands beside them where there is room, and what is said of each of them. */
  readonly tag?: { readonly short: string; readonly long: string }
  /** Around them: x, lowest and highest y. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[]
}

export interface Axis {
  readonly label: string
  readonly log: boolean
}

export interface Panel {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** Colours as SVG has them. */
export interface Palette {
  readonly ink: string
  readonly grid: string
  /** Of the series, by their number; from the first again where there are more. */
  readonly series: readonly string[]
}

/** For a white ground. */
export const PAPER: Palette = {
  ink: '#22272e',
  grid: '#e3e6ea',
  series: ['#1f5fa8', '#d1641b', '#1d8a5b', '#a8324e', '#7650a8', '#5a6570']
}

/** Strokes of the styles of series, in the order of a legend. */
const DASHES: Readonly<Record<Series['style'], string>> = {
  line: '',
  dashed: '7 4',
  dotted: '1.5 4',
  points: ''
}

/** The plot of a panel without its title: an SVG element of this size, which refers to nothing else. */
export function drawPanel({ x, y, series }: Panel, { width, height }: Size, palette: Palette): string {
  const shown = series.map(each => visible(each, x, y))
  const scaleOf = (axis: Axis, values: readonly number[]) => ({
    label: axis.label,
    type: axis.log ? ('log' as const) : ('linear' as const),
    nice: !axis.log,
    ...(axis.log ? { domain: decades(values), tickFormat: powerOfTen } : {}),
    // 200k and 1M have room where 1,000,000 has none.
    ...(!axis.log && values.some(value => Math.abs(value) >= 1e5) ? { tickFormat: '~s' } : {}),
    ticks: ticksOf(axis, values)
  })
  const xs = shown.flatMap(({ points }) => points.map(([at]) => at))
  const ys = shown.flatMap(({ points, band = [] }) => [
    ...points.map(([, value]) => value),
    ...band.flatMap(([, low, high]) => [low, high])
  ])
  const horizontal = scaleOf(x, xs)
  const vertical = scaleOf(y, ys)
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const plot = Plot.plot({
    document,
    width,
    height,
    ...MARGINS,
    style: { fontSize: '11px', background: 'none' },
    x: horizontal,
    y: vertical,
    marks: [
      Plot.gridX({ ticks: horizontal.ticks, stroke: palette.grid, strokeOpacity: 1 }),
      Plot.gridY({ ticks: vertical.ticks, stroke: palette.grid, strokeOpacity: 1 }),
      ...shown.flatMap(each => marksOf(each, palette))
    ]
  })
  // Its style sheet is for pages that are resized; what is drawn needs none.
  const drawn = String(plot).replace(/<style>.*?<\/style>/s, '')
  const [across, up] = [plot.scale('x'), plot.scale('y')]
  if (across === undefined || up === undefined || !shown.some(({ tag }) => tag)) return drawn
  const bounds = {
    left: MARGINS.marginLeft,
    right: width,
    top: MARGINS.marginTop,
    bottom: height - MARGINS.marginBottom
  }
  const place = ([at, value]: readonly [number, number]): readonly [number, number] => [
    Number(across.apply(at)),
    Number(up.apply(value))
  ]
  return drawn.replace(/<\/svg>$/, `${tagsOf(shown, place, bounds, palette)}</svg>`)
}

const MARGINS = { marginTop: 34, marginLeft: 62, marginRight: 24, marginBottom: 44 }

/** A line, with what it is drawn in. */
const STROKE = 1.5

/** The short labels of points that have room. */
function tagsOf(
  all: readonly Series[],
  place: (point: readonly [number, number]) => readonly [number, number],
  bounds: Box,
  palette: Palette
): string {
  const tags = all.flatMap(({ tag, points }) =>
    tag === undefined ? [] : points.map(place).map(([x, y]) => ({ x, y, text: tag.short }))
  )
  const lines = all.flatMap(({ style, points }) =>
    style === 'points'
      ? []
      : points.slice(1).map((point, k): Box => {
          const [[x0, y0], [x1, y1]] = [place(points[k]!), place(point)]
          return {
            left: Math.min(x0, x1) - STROKE,
            right: Math.max(x0, x1) + STROKE,
            top: Math.min(y0, y1) - STROKE,
            bottom: Math.max(y0, y1) + STROKE
          }
        })
  )
  const words = placeTags(tags, lines, bounds).map(
    ({ x, y, text }) => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escaped(text)}</text>`
  )
  return words.length === 0
    ? ''
    : `<g aria-label="numbers" text-anchor="start" fill="${palette.ink}">${words.join('')}</g>`
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

function marksOf(
  { colour: index, style, mark = 'dot', points, band = [], tag }: Series,
  palette: Palette
): Plot.Markish[] {
  const colour = colourOf(palette, index)
  const options = { x: '0', y: '1', ...(tag === undefined ? {} : { title: () => tag.long }) }
  const marks: Plot.Markish[] = []
  if (band.length > 1) {
    marks.push(Plot.areaY(band, { x: '0', y1: '1', y2: '2', fill: colour, fillOpacity: 0.14 }))
  }
  if (style === 'points') {
    const ink =
      mark === 'dot'
        ? { fill: colour, fillOpacity: 0.75 }
        : { stroke: colour, strokeWidth: 1.6, fill: 'none' }
    const symbol = mark === 'cross' ? 'times' : 'circle'
    marks.push(Plot.dot(points, { ...options, ...ink, r: mark === 'dot' ? 3 : 3.6, symbol }))
  } else {
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

/** An entry of a legend: a name with the look that it stands for. */
export interface Entry {
  readonly name: string
  readonly style: Series['style']
  readonly ink: string
}

/** An entry for each name that has something to show; lines before dashes before points. */
export function entriesOf(panels: readonly Panel[], palette: Palette): Entry[] {
  const entries = new Map<string, Series>()
  const colours = new Map<string, Set<number>>()
  for (const { series } of panels) {
    for (const each of series) {
      if (each.points.length === 0) continue
      if (!entries.has(each.name)) entries.set(each.name, each)
      colours.set(each.name, (colours.get(each.name) ?? new Set()).add(each.colour))
    }
  }
  const order = Object.keys(DASHES)
  return [...entries.values()]
    .sort((a, b) => order.indexOf(a.style) - order.indexOf(b.style) || a.colour - b.colour)
    .map(({ name, style, colour }) => ({
      name,
      style,
      // A name that several colours share has none of its own.
      ink: colours.get(name)?.size === 1 ? colourOf(palette, colour) : palette.ink
    }))
}

/** The line or the dot that stands for an entry, `width` wide around y = −4. */
export const sampleOf = ({ style, ink }: Entry, width: number): string =>
  style === 'points'
    ? `<circle cx="${width / 2}" cy="-4" r="3" fill="${ink}"/>`
    : `<line x1="0" x2="${width}" y1="-4" y2="-4" stroke="${ink}" stroke-width="2" stroke-linecap="round" stroke-dasharray="${DASHES[style] || 'none'}"/>`

const colourOf = ({ series, ink }: Palette, index: number): string => series[index % series.length] ?? ink

/** Text as markup has it, between tags and within quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => ENTITIES[sign] ?? sign)

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
