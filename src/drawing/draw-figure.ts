/** A figure as SVG: its panels two by two, one legend below. Nothing in it refers to another file. */
import { drawPanel, entriesOf, escaped, PAPER, type Palette, type Panel, sampleOf } from './panel.ts'

const WIDTH = 470
const HEIGHT = 356
/** Of a panel, below its title. */
const PLOT_TOP = 24
const PLOT = { width: WIDTH, height: HEIGHT - PLOT_TOP - 14 }
const MARGIN = 16
const HEADER = 62
const LEGEND_LINE = 20
const LEGEND_SAMPLE = 30
/** Of a character of the legend, at most. */
const CHARACTER = 6.6

/** `paper` is said below the title. */
export function drawFigure(
  title: string,
  paper: string,
  panels: readonly Panel[],
  palette: Palette = PAPER
): string {
  const columns = Math.min(2, panels.length)
  const width = 2 * MARGIN + Math.max(columns, 2) * WIDTH
  const legend = legendOf(panels, width - 2 * MARGIN, palette)
  const panelsEnd = HEADER + Math.ceil(panels.length / columns) * HEIGHT
  const height = panelsEnd + legend.height + MARGIN
  const placed = panels.map((panel, k) => {
    const x = MARGIN + (k % columns) * WIDTH
    const y = HEADER + Math.floor(k / columns) * HEIGHT
    return `<g transform="translate(${x},${y})">${heading(panel.title)}<g transform="translate(0,${PLOT_TOP})">${drawPanel(panel, PLOT, palette)}</g></g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="${palette.ink}" color="${palette.ink}">`,
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

/** An entry for each name, in as many lines as they take. */
function legendOf(
  panels: readonly Panel[],
  width: number,
  palette: Palette
): { text: string; height: number } {
  let x = 0
  let y = 14
  const parts = entriesOf(panels, palette).map(entry => {
    const room = LEGEND_SAMPLE + 8 + entry.name.length * CHARACTER + 16
    if (x > 0 && x + room > width) {
      x = 0
      y += LEGEND_LINE
    }
    const part = `<g transform="translate(${x},${y})">${sampleOf(entry, LEGEND_SAMPLE)}<text x="${LEGEND_SAMPLE + 8}">${escaped(entry.name)}</text></g>`
    x += room
    return part
  })
  return { text: parts.join(''), height: y + 10 }
}
