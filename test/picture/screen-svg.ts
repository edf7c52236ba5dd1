/**
 * The cells of a terminal as SVG. Letters are text; Braille dots, blocks and frames are drawn as shapes, so that they join up
 * whatever font a reader has.
 */
import type { Cell } from '../support/terminal.ts'

const WIDTH = 8
const HEIGHT = 17
const MARGIN = 14
const BASELINE = 13
const GROUND = '#10141a'
const INK = '#d6dbe3'
/** The first 16 of the 256 colours, which terminals choose for themselves. */
const BASIC = [
  '#1d2229',
  '#d9604c',
  '#3fa37c',
  '#c9a13b',
  '#4d8fd9',
  '#b06fc4',
  '#3aa3a8',
  '#c5cad3',
  '#6d7684',
  '#f0795f',
  '#57c79c',
  '#e6c454',
  '#6fb0f5',
  '#d18be6',
  '#5ccbd0',
  '#f2f5f9'
]
const STEPS = [0, 95, 135, 175, 215, 255]

/** The other 240: a cube of 6 × 6 × 6, then greys. */
function colourOf(index: number): string {
  if (index < 0) return INK
  const basic = BASIC[index]
  if (basic !== undefined) return basic
  const grey = 8 + 10 * (index - 232)
  const at = index - 16
  const [red, green, blue] =
    index >= 232
      ? [grey, grey, grey]
      : [STEPS[Math.floor(at / 36)], STEPS[Math.floor(at / 6) % 6], STEPS[at % 6]]
  return `#${[red, green, blue].map(part => (part ?? 0).toString(16).padStart(2, '0')).join('')}`
}

interface Look {
  readonly colour: string
  readonly bold: boolean
  readonly faint: boolean
}

const lookOf = ({ colour, bold, faint, inverse }: Cell): Look => ({
  colour: inverse ? GROUND : colourOf(colour),
  bold,
  faint
})

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Rounded to tenths: files stay small. */
const at = (x: number): string => String(Math.round(10 * x) / 10)

/** A path for a character that is a shape, from its cell's top left corner; undefined for letters. */
function shapeOf(character: string, x: number, y: number): { fill?: string; stroke?: string } | undefined {
  const code = character.codePointAt(0) ?? 0
  const box = (left: number, top: number, width: number, height: number): string =>
    `M${at(x + left)} ${at(y + top)}h${at(width)}v${at(height)}h${at(-width)}z`
  if (code >= 0x2800 && code <= 0x28ff) {
    const dots = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
    const drawn = dots.flatMap((bit, k) =>
      (code & bit) === 0 ? [] : [box(1.2 + (k & 1) * 4, 1.3 + (k >> 1) * 4.25, 1.9, 1.9)]
    )
    return { fill: drawn.join('') }
  }
  if (code >= 0x2581 && code <= 0x2588) {
    const eighths = code - 0x2580
    return { fill: box(0, HEIGHT - (HEIGHT * eighths) / 8, WIDTH, (HEIGHT * eighths) / 8) }
  }
  if (character === '░')
    return { fill: [0, 1, 2, 3].map(k => box(2 * k, 2 + 4 * (k & 1) + 4, 1, 1)).join('') }
  if (character === '━') return { fill: box(0, HEIGHT / 2 - 1.5, WIDTH, 3) }
  const [middle, centre] = [y + HEIGHT / 2, x + WIDTH / 2]
  const [right, bottom] = [x + WIDTH, y + HEIGHT]
  const lines: Readonly<Record<string, string>> = {
    '─': `M${at(x)} ${at(middle)}H${at(right)}`,
    '│': `M${at(centre)} ${at(y)}V${at(bottom)}`,
    '┤': `M${at(centre)} ${at(y)}V${at(bottom)}M${at(x)} ${at(middle)}H${at(centre)}`,
    '└': `M${at(centre)} ${at(y)}V${at(middle)}H${at(right)}`,
    '┴': `M${at(x)} ${at(middle)}H${at(right)}M${at(centre)} ${at(y)}V${at(middle)}`,
    '┬': `M${at(x)} ${at(middle)}H${at(right)}M${at(centre)} ${at(bottom)}V${at(middle)}`,
    '╭': `M${at(right)} ${at(middle)}Q${at(centre)} ${at(middle)} ${at(centre)} ${at(bottom)}`,
    '╮': `M${at(x)} ${at(middle)}Q${at(centre)} ${at(middle)} ${at(centre)} ${at(bottom)}`,
    '╰': `M${at(right)} ${at(middle)}Q${at(centre)} ${at(middle)} ${at(centre)} ${at(y)}`,
    '╯': `M${at(x)} ${at(middle)}Q${at(centre)} ${at(middle)} ${at(centre)} ${at(y)}`
  }
  const stroke = lines[character]
  return stroke === undefined ? undefined : { stroke }
}

/** Runs of neighbouring cells that are alike; `keyOf` gives undefined for cells that belong to none. */
function runsOf(
  line: readonly Cell[],
  keyOf: (cell: Cell) => string | undefined
): { readonly start: number; readonly cells: readonly Cell[] }[] {
  const runs: { start: number; cells: Cell[] }[] = []
  let last: string | undefined
  for (const [column, cell] of line.entries()) {
    const key = keyOf(cell)
    if (key !== undefined && key === last) runs.at(-1)?.cells.push(cell)
    else if (key !== undefined) runs.push({ start: column, cells: [cell] })
    last = key
  }
  return runs
}

const isLetter = ({ character }: Cell): boolean => character !== ' ' && shapeOf(character, 0, 0) === undefined

/** The screen as one SVG document, described by `title`. */
export function screenSvg(cells: readonly (readonly Cell[])[], title: string): string {
  const width = 2 * MARGIN + WIDTH * (cells[0]?.length ?? 0)
  const height = 2 * MARGIN + HEIGHT * cells.length
  const grounds: string[] = []
  const texts: string[] = []
  /** Paths by what they are painted with. */
  const paths = new Map<string, string>()
  const paint = (look: string, path = ''): void => {
    if (path !== '') paths.set(look, (paths.get(look) ?? '') + path)
  }
  for (const [row, line] of cells.entries()) {
    const y = MARGIN + row * HEIGHT
    const xOf = (column: number): number => MARGIN + column * WIDTH
    for (const run of runsOf(line, ({ inverse, colour }) => (inverse ? String(colour) : undefined))) {
      const colour = colourOf(run.cells[0]?.colour ?? -1)
      grounds.push(
        `<rect x="${xOf(run.start)}" y="${y}" width="${WIDTH * run.cells.length}" height="${HEIGHT}" fill="${colour}"/>`
      )
    }
    for (const [column, cell] of line.entries()) {
      const shape = shapeOf(cell.character, xOf(column), y)
      const { colour, faint } = lookOf(cell)
      const opacity = faint ? ' opacity=".55"' : ''
      paint(`fill="${colour}"${opacity}`, shape?.fill)
      paint(`fill="none" stroke="${colour}"${opacity}`, shape?.stroke)
    }
    for (const run of runsOf(line, cell => (isLetter(cell) ? JSON.stringify(lookOf(cell)) : undefined))) {
      const [first] = run.cells
      if (first === undefined) continue
      const { colour, bold, faint } = lookOf(first)
      const more = `${bold ? ' font-weight="bold"' : ''}${faint ? ' opacity=".55"' : ''}`
      const text = escaped(run.cells.map(({ character }) => character).join(''))
      texts.push(
        `<text x="${xOf(run.start)}" y="${y + BASELINE}" fill="${colour}" textLength="${WIDTH * run.cells.length}"${more}>${text}</text>`
      )
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${GROUND}"/>`,
    ...grounds,
    ...[...paths].map(([look, path]) => `<path ${look} d="${path}"/>`),
    '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="13" lengthAdjust="spacingAndGlyphs">',
    ...texts,
    '</g>',
    '</svg>',
    ''
  ].join('\n')
}
