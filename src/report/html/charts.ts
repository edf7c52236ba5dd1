/** Panels of curves within a page, side by side where there is room, with one legend that they share. */
import { drawPanel, entriesOf, type Palette, type Panel, sampleOf } from '../../drawing/panel.ts'
import { html, Markup } from './markup.ts'
import { SCREEN } from './page.ts'

const SIZE = { width: 470, height: 300 }
const SAMPLE = 30

/** Panels below their legend. */
export const charts = (panels: readonly Panel[]): Markup => html`${legend(panels)}<div class="panels">
${panels.map(panel => html`<figure><strong>${panel.title}</strong>${drawn(panel, SCREEN)}</figure>\n`)}</div>
`

/** Places to a tenth of a unit, which is finer than any screen. */
const drawn = (panel: Panel, palette: Palette): Markup =>
  new Markup(drawPanel(panel, SIZE, palette).replace(/ d="[^"]*"/g, path => path.replace(/(\.\d)\d+/g, '$1')))

const legend = (panels: readonly Panel[]): Markup => html`<ul class="legend">
${entriesOf(panels, SCREEN).map(
  entry =>
    html`<li><svg viewBox="0 -10 ${SAMPLE} 12" aria-hidden="true">${new Markup(sampleOf(entry, SAMPLE))}</svg>${entry.name}</li>\n`
)}</ul>
`

/** At most so many of these, evenly, the first and the last among them. */
export function thinned<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all]
  return Array.from({ length: most }, (_, k) => all[Math.round((k * (all.length - 1)) / (most - 1))] as T)
}
