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
  const [middle, centre] = [y + HEIGHT / 2, x + WIDTH / 2]
  const [right, bottom] = [x + WIDTH, y + HEIGHT]
  const lines: Readonly<Record<string, string>> = {
    '─': `M${at(x)} ${at(middle)}H${at(right)}`,
    '━': `M${at(x)} ${at(middle)}H${at(right)}`,
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

/** The screen as one SVG document, described by `title`. */
export function screenSvg(cells: readonly (readonly Cell[])[], title: string): string {
  const width = 2 * MARGIN + WIDTH * (cells[0]?.length ?? 0)
  const height = 2 * MARGIN + HEIGHT * cells.length
  const grounds: string[] = []
  const texts: string[] = []
  /** Paths by what they are painted with. */
  const paths = new Map<string, string>()
  const paint = (key: string, path: string): void => void paths.set(key, (paths.get(key) ?? '') + path)
  for (const [row, line] of cells.entries()) {
    const y = MARGIN + row * HEIGHT
    for (let column = 0; column < line.length; ) {
      const cell = line[column]
      if (cell === undefined) break
      const x = MARGIN + column * WIDTH
      if (cell.inverse)
        grounds.push(
          `<rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" fill="${colourOf(cell.colour)}"/>`
        )
      const look = lookOf(cell)
      const shape = shapeOf(cell.character, x, y)
      if (shape !== undefined || cell.character === ' ') {
        const opacity = look.faint ? ' opacity=".55"' : ''
        if (shape?.fill !== undefined) paint(`fill="${look.colour}"${opacity}`, shape.fill)
        if (shape?.stroke !== undefined) paint(`fill="none" stroke="${look.colour}"${opacity}`, shape.stroke)
        column++
        continue
      }
      let text = ''
      const start = column
      for (; column < line.length; column++) {
        const next = line[column]
        if (next === undefined || next.inverse !== cell.inverse || next.character === ' ') break
        const other = lookOf(next)
        if (other.colour !== look.colour || other.bold !== look.bold || other.faint !== look.faint) break
        if (column > start && shapeOf(next.character, 0, 0) !== undefined) break
        text += next.character
        if (column > start && next.inverse) {
          grounds.push(
            `<rect x="${MARGIN + column * WIDTH}" y="${y}" width="${WIDTH}" height="${HEIGHT}" fill="${colourOf(next.colour)}"/>`
          )
        }
      }
      const weight = look.bold ? ' font-weight="bold"' : ''
      const opacity = look.faint ? ' opacity=".55"' : ''
      texts.push(
        `<text x="${x}" y="${y + BASELINE}" fill="${look.colour}" textLength="${WIDTH * [...text].length}"${weight}${opacity}>${escaped(text)}</text>`
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
