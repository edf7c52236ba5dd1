/** The whole screen as help: every key, and how to read the rest; on several pages where one has no room for it. */
import { bindingsOf, type Deed } from '../keys.ts'
import type { Scene } from '../scene.ts'
import { type Area, Surface } from '../surface.ts'
import type { View } from '../view.ts'
import { flow, footnote, type Line, wrapped } from './block.ts'
import { type Explanation, guideOf } from './guide.ts'

const GROUPS = ['the swarm', 'moving', 'help and the way out', 'peers and links', 'what is shown'] as const
type Group = (typeof GROUPS)[number]

const GROUP_OF: Readonly<Record<Deed, Group>> = {
  pause: 'the swarm',
  step: 'the swarm',
  stepBack: 'the swarm',
  seekBack: 'the swarm',
  seekForward: 'the swarm',
  seekFirst: 'the swarm',
  seekLast: 'the swarm',
  slower: 'the swarm',
  faster: 'the swarm',
  down: 'moving',
  up: 'moving',
  pageDown: 'moving',
  pageUp: 'moving',
  first: 'moving',
  last: 'moving',
  nextPanel: 'moving',
  previousPanel: 'moving',
  panel: 'moving',
  back: 'help and the way out',
  help: 'help and the way out',
  quit: 'help and the way out',
  open: 'peers and links',
  stopPeer: 'peers and links',
  cutLink: 'peers and links',
  loss: 'peers and links',
  sort: 'what is shown',
  reverse: 'what is shown',
  filter: 'what is shown',
  scale: 'what is shown',
  metric: 'what is shown',
  enlarge: 'what is shown',
  freeze: 'what is shown',
  write: 'what is shown'
}

const COLUMN_GAP = 2
/** Cells of the longest key, shift-tab, and of the blank behind it. */
const KEY_WIDTH = 10
const LEAST_COLUMN = 30
/** Lines of wider columns would be hard to follow. */
const MOST_COLUMN = 56
/** Two for the keys, the others for the guide; or the guide is below. */
const MOST_COLUMNS = 3
const KEY_COLUMNS = 2
const INDENT = '  '

/** Covers all of the area. What has no room on one page is on the next. */
export function drawHelp(area: Area, scene: Scene, view: View): void {
  area.clear()
  const title: Line = [
    [' ?', 'key'],
    [' help ', 'title']
  ]
  const frame = area.frame(title, 'focus')
  const inner = frame.part(1, 0, frame.width - 2, frame.height)
  const pages = pagesOf(inner, scene, view)
  const page = Math.min(view.helpPage ?? 0, pages.length - 1)
  const isLast = page === pages.length - 1
  for (const { left, top, width, columns } of pages[page] ?? [])
    paint(inner.part(left, top, inner.width - left, inner.height - top), columns, width)
  const place = pages.length === 1 ? '' : `page ${page + 1} of ${pages.length}: `
  footnote(area, `${place}any key goes ${isLast ? 'back' : 'on'}`)
}

/** How many pages help has on `columns` columns and `rows` rows. */
export function helpPages(scene: Scene, view: View, columns: number, rows: number): number {
  const { area } = new Surface(columns, rows, 'ascii')
  return pagesOf(area.part(2, 1, columns - 4, rows - 2), scene, view).length
}

/** Columns of `width` cells, at a place of a page. */
interface Part {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly columns: Filled['columns']
}
type Page = readonly Part[]

/** One page with keys and guide if they have room together; else pages of keys, and then pages of the guide. */
function pagesOf(area: Area, scene: Scene, view: View): Page[] {
  const { width, height } = area
  const layouts = Array.from({ length: MOST_COLUMNS }, (_, k) => {
    const count = MOST_COLUMNS - k
    const column = Math.min(MOST_COLUMN, Math.floor((width + COLUMN_GAP) / count) - COLUMN_GAP)
    return { count, column, keys: evenly(groupsOf(scene, column), Math.min(KEY_COLUMNS, count), height) }
  }).filter(({ count, column }) => count === 1 || column >= LEAST_COLUMN)
  const together = layouts.find(each => each.keys.isComplete)
  const guide = (column: number): Line[][] => guideParagraphs(area, scene, view, column)
  if (together !== undefined) {
    const { count, column, keys } = together
    const isBeside = count > KEY_COLUMNS
    const left = isBeside ? KEY_COLUMNS * (column + COLUMN_GAP) : 0
    const top = isBeside ? 0 : 1 + keys.columns.reduce((rows, lines) => Math.max(rows, lines.length), 0)
    const rest = airily(guide(column), isBeside ? count - KEY_COLUMNS : count, height - top)
    const first: Part = { left: 0, top: 0, width: column, columns: keys.columns }
    if (rest.isComplete) return [[first, { left, top, width: column, columns: rest.columns }]]
  }
  const { count, column } = layouts.find(each => each.count <= KEY_COLUMNS) ?? layouts[0]!
  return [groupsOf(scene, column), guide(column)].flatMap(paragraphs =>
    paged(paragraphs, count, height).map((columns): Page => [{ left: 0, top: 0, width: column, columns }])
  )
}

/** How to read the screen, in lines of `width` cells. */
function guideParagraphs(area: Area, scene: Scene, view: View, width: number): Line[][] {
  const [first = [], ...others] = guideOf(area, scene, view).map(each => paragraphOf(each, width))
  return [[[['how to read the screen', 'title']] as Line, ...first], ...others]
}

/** The keys, group by group: its name, then a line or more for each. */
function groupsOf({ isRecord }: Scene, width: number): Line[][] {
  const bindings = bindingsOf(isRecord)
  return GROUPS.map(group => [
    [[isRecord && group === 'the swarm' ? 'the record' : group, 'title']],
    ...bindings
      .filter(({ deed }) => GROUP_OF[deed] === group)
      .flatMap(({ keys, long }) =>
        wrapped(long, Math.max(1, width - KEY_WIDTH)).map(
          (text, k): Line => [
            [(k === 0 ? keys.join(' ') : '').padEnd(KEY_WIDTH), 'key'],
            [text, 'text']
          ]
        )
      )
  ])
}

/** A term, and below it what it means. */
function paragraphOf({ term, text, marks }: Explanation, width: number): Line[] {
  const room = Math.max(1, width - INDENT.length)
  return [
    [term],
    ...(text === '' ? [] : wrapped(text, room)).map((line): Line => [[INDENT + line, 'dim']]),
    ...flow(marks, room).map((line): Line => [[INDENT, 'text'], ...line])
  ]
}

interface Filled {
  readonly columns: readonly (readonly Line[])[]
  readonly isComplete: boolean
}

/** Paragraphs one below the other, in one column after another of at most `height` lines; none is split between two. */
function filled(
  paragraphs: readonly (readonly Line[])[],
  count: number,
  height: number,
  blanks: number
): Filled {
  const columns: Line[][] = [[]]
  for (const lines of paragraphs) {
    const last = columns.at(-1)!
    const gap = last.length === 0 ? 0 : blanks
    if (last.length + gap + lines.length <= height) {
      last.push(...Array.from({ length: gap }, (): Line => []), ...lines)
    } else if (columns.length < count && lines.length <= height) columns.push([...lines])
    else return { columns, isComplete: false }
  }
  return { columns, isComplete: true }
}

/** With blank lines between paragraphs if there is room for them. */
function airily(paragraphs: readonly (readonly Line[])[], count: number, height: number): Filled {
  const airy = filled(paragraphs, count, height, 1)
  return airy.isComplete ? airy : filled(paragraphs, count, height, 0)
}

/** Columns as equal as the order of the paragraphs allows. */
function evenly(paragraphs: readonly (readonly Line[])[], count: number, height: number): Filled {
  for (const blanks of [1, 0]) {
    for (let most = 1; most <= height; most++) {
      const attempt = filled(paragraphs, count, most, blanks)
      if (attempt.isComplete) return attempt
    }
  }
  return { columns: [], isComplete: false }
}

/** One page of even columns if that is enough, else as many as it takes; paragraphs are split where a page is too low for them. */
function paged(paragraphs: readonly (readonly Line[])[], count: number, height: number): Filled['columns'][] {
  const even = evenly(paragraphs, count, height)
  if (even.isComplete) return [even.columns]
  const rows = Math.max(1, height)
  const pieces = paragraphs.flatMap(lines => chunks(lines, rows))
  const { columns } = filled(pieces, Number.POSITIVE_INFINITY, rows, 0)
  return chunks(columns, count)
}

/** `items` in lists of `most`, the last of which may be shorter. */
const chunks = <T>(items: readonly T[], most: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / most) }, (_, k) => items.slice(k * most, (k + 1) * most))

function paint(area: Area, columns: Filled['columns'], width: number): void {
  for (const [c, lines] of columns.entries()) {
    const column = area.part(c * (width + COLUMN_GAP), 0, width, area.height)
    for (const [row, line] of lines.entries()) column.pieces(0, row, line)
  }
}
