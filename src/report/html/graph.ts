/** Who talks to whom, each peer in the colour of what it reached: from blue, where it did best, to red. */
import { escaped, type Palette } from '../../drawing/panel.ts'
import { figure } from '../format.ts'

/** Who talks to whom, and where to draw them; participants are the peers, then the hub of a star. */
export interface Placed {
  /** Per participant x, y in [0, 1], interleaved, y downwards. */
  readonly places: ArrayLike<number>
  readonly edges: readonly (readonly [number, number])[]
}

/** A graph to be drawn. */
export interface DrawnGraph extends Placed {
  /** Per peer what it reached; null for one that does not take part. */
  readonly values: readonly (number | null)[]
  readonly scale: Scale
  /** What was reached, as it is called. */
  readonly measure: string
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
}

/** Colours of values. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly isLog: boolean
  readonly isBetter: 'smaller' | 'greater'
}

/** More could not be told apart, and would make a large file. */
export const MOST_PEERS = 1000
/** More edges are a blot. */
export const MOST_EDGES = 6000
const MOST_NUMBERED = 100

const SIDE = 420
const MARGIN = 22
const SCALE_TOP = SIDE + 2 * MARGIN + 4
const SCALE_HEIGHT = 40
const BLOCKS = 42

/** From best to worst; told apart without seeing red or green. */
const STOPS = [
  [33, 102, 172],
  [120, 180, 214],
  [244, 214, 150],
  [224, 122, 80],
  [168, 24, 43]
] as const

/** For all of these values; logarithmic where they differ by more than a factor of ten. */
export function scaleOf(values: readonly (number | null)[], isBetter: Scale['isBetter']): Scale {
  const known = values.filter(value => value !== null)
  const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = known.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  return { low, high, isLog: low > 0 && high > 10 * low, isBetter }
}

/** An SVG element of a graph of at most MOST_PEERS peers, with its scale; edges of more than MOST_EDGES are left out. */
export function drawGraph(graph: DrawnGraph, { ink }: Palette, line: string): string {
  const { places, values, scale, labels, measure } = graph
  const peers = values.length
  const at = (p: number): [x: string, y: string] => placeOf(places, p, SIDE, MARGIN, 1)
  const radius = Math.min(13, Math.max(3, 90 / Math.sqrt(peers)))
  const nodes = values.map((value, i) => {
    const [x, y] = at(i)
    const share = value === null ? null : shareOf(value, scale)
    const look =
      share === null
        ? `fill="none" stroke="${ink}" stroke-dasharray="3 2"`
        : `fill="${colourAt(share)}" stroke="${ink}" stroke-width="0.7"`
    const said = `peer ${i} · ${labels[i] ?? ''} · ${share === null ? 'stopped' : `${measure} ${figure(value)}`}`
    const number =
      peers > MOST_NUMBERED
        ? ''
        : `<text x="${x}" y="${y}" dy="0.35em" text-anchor="middle" font-size="${(0.95 * radius).toFixed(1)}" fill="${share === null ? ink : inkOn(share)}">${i}</text>`
    return `<g><title>${escaped(said)}</title><circle cx="${x}" cy="${y}" r="${radius.toFixed(1)}" ${look}/>${number}</g>`
  })
  return [
    openSvg(SIDE + 2 * MARGIN, SCALE_TOP + SCALE_HEIGHT, ink, `the graph, coloured by ${measure}`),
    edgesPath(graph, peers, MOST_EDGES, at, line),
    ...nodes,
    places.length / 2 > peers ? hub(at(peers), ink, line) : '',
    scale.low <= scale.high ? scaleBar(scale, measure) : '',
    '</svg>'
  ].join('\n')
}

const SKETCH = { side: 180, margin: 10 }

/** A small one without numbers and scale, of which `mostEdges` are drawn or none. */
export function sketchGraph(
  { places, edges }: Placed,
  values: readonly (number | null)[],
  scale: Scale,
  { ink }: Palette,
  { line, mostEdges, title }: { readonly line: string; readonly mostEdges: number; readonly title: string }
): string {
  const { side, margin } = SKETCH
  const at = (p: number): [x: string, y: string] => placeOf(places, p, side, margin, 0)
  const radius = Math.min(8, Math.max(2, 34 / Math.sqrt(values.length))).toFixed(1)
  const nodes = values.map((value, i) => {
    const [x, y] = at(i)
    const look = value === null ? `fill="none" stroke="${ink}"` : `fill="${colourAt(shareOf(value, scale))}"`
    return `<circle cx="${x}" cy="${y}" r="${radius}" ${look}/>`
  })
  const [x, y] = at(values.length)
  return [
    openSvg(side + 2 * margin, side + 2 * margin, ink, title),
    edgesPath({ places, edges }, values.length, mostEdges, at, line),
    `<g stroke="${ink}" stroke-width="0.5">${nodes.join('')}</g>`,
    places.length / 2 > values.length
      ? `<rect x="${Number(x) - 6}" y="${Number(y) - 6}" width="12" height="12" fill="${line}" stroke="${ink}" stroke-width="0.5"/>`
      : '',
    '</svg>'
  ].join('')
}

/** The scale alone. */
export const drawScale = (scale: Scale, measure: string, { ink }: Palette): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 ${SCALE_TOP} ${SIDE + 2 * MARGIN} ${SCALE_HEIGHT}" fill="${ink}" role="img" aria-label="the colours">${scaleBar(scale, measure)}</svg>`

const openSvg = (width: number, height: number, ink: string, title: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" fill="${ink}" role="img" aria-label="${escaped(title)}">`

const placeOf = (
  places: ArrayLike<number>,
  p: number,
  side: number,
  margin: number,
  digits: number
): [x: string, y: string] => [
  (margin + side * (places[2 * p] ?? 0.5)).toFixed(digits),
  (margin + side * (places[2 * p + 1] ?? 0.5)).toFixed(digits)
]

function edgesPath(
  { edges }: Placed,
  peers: number,
  most: number,
  at: (p: number) => readonly [string, string],
  line: string
): string {
  if (edges.length > most) return ''
  const path = edges.map(([i, j]) => `M${at(i).join(',')}L${at(j).join(',')}`).join('')
  const opacity = Math.min(1, Math.max(0.25, 100 / Math.sqrt(edges.length * peers + 1)))
  return `<path d="${path}" fill="none" stroke="${line}" stroke-width="1.2" stroke-opacity="${opacity.toFixed(2)}"/>`
}

const hub = ([x, y]: readonly [string, string], ink: string, line: string): string =>
  `<g><title>the hub, which does not learn</title><rect x="${Number(x) - 18}" y="${Number(y) - 11}" width="36" height="22" rx="4" fill="${line}" stroke="${ink}" stroke-width="0.7"/><text x="${x}" y="${y}" dy="0.35em" text-anchor="middle" font-size="12" fill="${ink}">hub</text></g>`

function scaleBar({ low, high, isLog, isBetter }: Scale, measure: string): string {
  const width = SIDE / BLOCKS
  const blocks = Array.from({ length: BLOCKS }, (_, k) => {
    const along = k / (BLOCKS - 1)
    const colour = colourAt(isBetter === 'smaller' ? along : 1 - along)
    return `<rect x="${(MARGIN + k * width).toFixed(1)}" y="${SCALE_TOP}" width="${(width + 0.4).toFixed(1)}" height="9" fill="${colour}"/>`
  })
  const text = (x: number, anchor: string, content: string): string =>
    `<text x="${x}" y="${SCALE_TOP + 27}" font-size="13" text-anchor="${anchor}">${escaped(content)}</text>`
  return [
    ...blocks,
    text(MARGIN, 'start', figure(low)),
    text(MARGIN + SIDE / 2, 'middle', `${measure}${isLog ? ' (logarithmic)' : ''}`),
    text(MARGIN + SIDE, 'end', figure(high))
  ].join('')
}

/** 0 for the best, 1 for the worst. */
function shareOf(value: number, { low, high, isLog, isBetter }: Scale): number {
  const place = (x: number): number => (isLog ? Math.log(x) : x)
  const extent = place(high) - place(low)
  const share = extent > 0 ? (place(value) - place(low)) / extent : 0
  return isBetter === 'smaller' ? share : 1 - share
}

function rgbAt(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (STOPS.length - 1)
  const k = Math.min(STOPS.length - 2, Math.floor(at))
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(STOPS[k]![c] + (at - k) * (STOPS[k + 1]![c] - STOPS[k]![c]))
  return [mix(0), mix(1), mix(2)]
}

const colourAt = (share: number): string =>
  `#${rgbAt(share)
    .map(part => part.toString(16).padStart(2, '0'))
    .join('')}`

/** Black or white, whichever is farther from the colour in luminance (WCAG 2.2): a contrast of at least 4.5. */
function inkOn(share: number): string {
  const [red, green, blue] = rgbAt(share).map(part =>
    part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4
  ) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff'
}
