/**
 * The page around a report: one file that needs nothing else, neither a network nor a script. It is light or dark as its reader's screen
 * is, fits a phone, and can be printed.
 */
import type { Palette } from '../../drawing/panel.ts'
import { type Content, html, Markup } from './markup.ts'

/** A report: what its page is called, and what it holds. */
export interface Report {
  readonly title: string
  /** The page. */
  readonly html: string
  /** Its figures as files of their own. */
  readonly figures: readonly Drawing[]
}

/** A figure in a file of its own. */
export interface Drawing {
  /** A word or two that can be part of a file's name. */
  readonly name: string
  readonly svg: string
}

const LIGHT = [
  '#1f5fa8',
  '#d1641b',
  '#1d8a5b',
  '#a8324e',
  '#7650a8',
  '#0f8a99',
  '#a67c00',
  '#c2439b',
  '#5a6570',
  '#6b4a2b'
]
const DARK = [
  '#6cb0ff',
  '#ff9d57',
  '#52cf97',
  '#ff7e97',
  '#b99bff',
  '#4fd0de',
  '#e3bd3f',
  '#f58fd3',
  '#a3b0bd',
  '#cfa57c'
]

/** Colours that follow the page. */
export const SCREEN: Palette = {
  ink: 'var(--ink)',
  grid: 'var(--line)',
  series: LIGHT.map((_, k) => `var(--series-${k})`)
}

/** The same for a file of its own. */
export const SHEET: Palette = { ink: '#22272e', grid: '#e3e6ea', series: LIGHT }

const variables = (colours: readonly string[]): string =>
  colours.map((colour, k) => `--series-${k}:${colour};`).join('')

const DAY = `--ink:#1c2126;--soft:#59636e;--line:#dfe3e8;--ground:#ffffff;--raised:#f6f8fa;--warn:#fff4d6;--edge:#9aa5b1;${variables(LIGHT)}`
const NIGHT = `--ink:#e6eaef;--soft:#9aa7b4;--line:#313941;--ground:#14181c;--raised:#1c2227;--warn:#3a2f12;--edge:#5c6874;${variables(DARK)}`

const STYLE = `
:root{color-scheme:light dark;${DAY}}
@media screen and (prefers-color-scheme:dark){:root{${NIGHT}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 20px 48px}
h1{font-size:1.65rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.2rem 0 .7rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.6rem 0 .5rem}
p{margin:.4rem 0;max-width:90ch;overflow-wrap:anywhere}
.lead,.note,figcaption{color:var(--soft)}
.note,figcaption{font-size:.875rem}
.verdict{max-width:none;margin:.8rem 0 1rem;background:var(--raised);border-left:4px solid var(--series-0);padding:.6rem .9rem;border-radius:0 6px 6px 0}
.warning{background:var(--warn);padding:.6rem .9rem;border-radius:6px;margin:1rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:1.2rem 0}
.figures div{background:var(--raised);border-radius:8px;padding:.6rem .8rem}
.figures dt{color:var(--soft);font-size:.8rem}
.figures dd{margin:0;font-size:1.25rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.figures small{display:block;font-size:.75rem;color:var(--soft)}
dl{margin:0}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:18px 24px;align-items:start}
figure{margin:0;break-inside:avoid;min-width:0}
figure>strong{display:block;font-size:.95rem}
svg{display:block;width:100%;height:auto;max-width:100%;font-family:inherit;overflow:visible}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:0 24px;align-items:start}
.sides>section{min-width:0}
.graph svg{max-width:480px;margin:0 auto}
.sketches{display:grid;grid-template-columns:repeat(auto-fill,minmax(130px,1fr));gap:12px;margin:.6rem 0}
.sketches figcaption{text-align:center;font-size:.78rem;overflow-wrap:anywhere}
.scale{max-width:420px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:.7rem 0;padding:0;list-style:none;font-size:.875rem}
.legend li{display:flex;align-items:center;gap:7px}
.legend svg{width:30px;flex:none}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.28rem .55rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;vertical-align:bottom}
th.l,td.l,th.w,td.w{text-align:left}
td.w{white-space:normal;min-width:11em}
tbody tr:hover{background:var(--raised)}
tr.best td{font-weight:600}
pre{background:var(--raised);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;font:.84rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre.command{white-space:pre-wrap;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--soft)}
footer{margin-top:2.5rem;color:var(--soft);font-size:.8rem}
@media (max-width:520px){main{padding:16px 12px 32px}.figures{grid-template-columns:repeat(2,1fr)}h1{font-size:1.35rem}.panels svg{font-size:12.5px!important}td.l{white-space:normal;min-width:9em}td.w{min-width:18em}.wide{display:none}}
@media print{body{font-size:10.5pt}.panels svg{font-size:12.5px!important}.graph svg{max-width:330px}main{max-width:none;padding:0}.panels{grid-template-columns:1fr 1fr}.scroll{overflow:visible}
th,td{padding:.12rem .32rem}th,td.l,td.w{white-space:normal}table,pre{font-size:7.5pt}pre{white-space:pre-wrap}h2,h3{break-after:avoid}tr,.figures div{break-inside:avoid}thead{display:table-header-group}.figures div,.verdict,.warning,pre{border:1px solid var(--line)}@page{margin:14mm}}
`

/** A page of this title. Nothing can be loaded into it, wherever it is opened. */
export const page = (title: string, content: Content): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text

/** A part of a page with its heading. */
export const section = (heading: string, ...content: readonly Content[]): Markup => html`<section>
<h2>${heading}</h2>
${content}
</section>
`

/** A cell of a table. */
export type Cell = Content

/**
 * A table of which the columns are flushed left where `alignment` has an `l`, or a `w` where lines may be broken, or a `d` where also
 * phones do without the column; right elsewhere.
 */
export function table(
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  alignment: string
): Markup {
  const side = (column: number) => {
    const letter = alignment[column]
    if (letter === 'd') return new Markup(' class="w wide"')
    return letter === 'l' || letter === 'w' ? new Markup(` class="${letter}"`) : undefined
  }
  return html`<div class="scroll"><table>
<thead><tr>${header.map((cell, c) => html`<th${side(c)}>${cell}</th>`)}</tr></thead>
<tbody>
${rows.map(row => html`<tr>${row.map((cell, c) => html`<td${side(c)}>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>
`
}

/** One of the figures that a page begins with. */
export interface Headline {
  readonly name: string
  readonly value: string
  readonly note?: string
}

/** What is to be seen first. */
export const headlines = (all: readonly Headline[]): Markup => html`<dl class="figures">
${all.map(
  ({ name, value, note }) =>
    html`<div><dt>${name}</dt><dd>${value}${note === undefined ? undefined : html`<small>${note}</small>`}</dd></div>\n`
)}</dl>
`

/** What the reader should know before believing the rest; nothing where there is nothing to know. */
export const warnings = (lines: readonly string[]): Content =>
  lines.length === 0
    ? undefined
    : html`<aside class="warning">${lines.map(line => html`<p>${line}</p>`)}</aside>\n`
