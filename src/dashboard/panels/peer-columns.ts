/** The columns of the table of peers: what is in them, and which of them there is room for. */
import { PRESENCE } from '../../interfaces.ts'
import {
  bytesOrNone,
  countWithin,
  figureWithin,
  shortDifference,
  shortenedTo,
  shortGain
} from '../figures.ts'
import type { Glyphs } from '../glyphs.ts'
import { LEVEL_STYLES, levelOf, measureOf, type PeerState, yardstickIn } from '../reading.ts'
import type { Scene } from '../scene.ts'
import { sparkline } from '../sparkline.ts'
import { gainsIn } from '../standing.ts'
import type { Style } from '../styles.ts'
import type { Piece } from '../surface.ts'
import type { Sort } from '../view.ts'

export type ColumnName =
  | 'peer'
  | 'environment'
  | 'error'
  | 'gap'
  | 'history'
  | 'gain'
  | 'consensus'
  | 'lost'
  | 'bytes'
  | 'out'
  | 'in'
  | 'state'

export interface Column {
  readonly title: string
  readonly sort: Sort | undefined
  /** Where its cells and its title begin or end. */
  readonly alignment: 'left' | 'right'
  /** The text of a participant's cell in `width` characters, and its style. */
  cell(participant: number, width: number): Piece
}

export interface Placed {
  readonly column: Column
  readonly name: ColumnName
  readonly start: number
  readonly width: number
}

const ORDER: readonly ColumnName[] = [
  'peer',
  'environment',
  'error',
  'gap',
  'history',
  'gain',
  'consensus',
  'lost',
  'bytes',
  'out',
  'in',
  'state'
]
/** As many values as a history has at most. */
const MOST_HISTORY = 64

/** What each column says of a participant that is doing what `states` says; `worst` is the worst peer. */
export function columnsOf(
  scene: Scene,
  glyphs: Glyphs,
  states: readonly PeerState[],
  worst: number | undefined
): Record<ColumnName, Column> {
  const { experiment, stage, now, trails } = scene
  const gains = gainsIn(scene)
  const { peers: errors, swarm } = now?.sample ?? {}
  const traffic = now?.traffic
  const hub = experiment.peers
  const yardstick = yardstickIn(scene)
  const measure = yardstick.metric
  const isAway = (i: number): boolean => (now?.presence[i] ?? PRESENCE.here) !== PRESENCE.here
  const counted = (title: string, sort: Sort | undefined, column: ArrayLike<number> | undefined): Column => ({
    title,
    sort,
    alignment: 'right',
    cell: (i, width) => [
      countWithin(column?.[i] ?? Number.NaN, width),
      sort === 'lost' ? lostStyle(column?.[i]) : 'text'
    ]
  })
  return {
    peer: {
      title: 'peer',
      sort: 'peer',
      alignment: 'right',
      cell: i => [i === hub ? 'hub' : String(i), i === hub ? 'server' : isAway(i) ? 'dim' : 'strong']
    },
    environment: {
      title: 'environment',
      sort: undefined,
      alignment: 'left',
      cell: (i, width) => [
        i === hub ? 'server' : shortenedTo(stage?.labels[i] ?? '', width),
        i === hub ? 'server' : 'dim'
      ]
    },
    error: {
      title: measure === 'return' ? 'return' : 'error',
      sort: 'error',
      alignment: 'left',
      cell: (i, width) => [figureWithin(errors?.[measure]?.[i], width), i === worst ? 'bad' : 'text']
    },
    gap: {
      title: 'gap',
      sort: undefined,
      alignment: 'left',
      cell: (i, width) => [figureWithin(errors?.valueGap?.[i], width), 'text']
    },
    history: {
      title: 'history',
      sort: undefined,
      alignment: 'left',
      cell: (i, width) => [sparkline(trails[i] ?? [], width, glyphs), isAway(i) ? 'dim' : 'here']
    },
    gain: {
      title: 'gain',
      sort: 'gain',
      alignment: 'left',
      cell: i => {
        const gain = gains?.[i] ?? Number.NaN
        const text = yardstick.metric === 'return' ? shortDifference(gain) : shortGain(gain)
        return gain < yardstick.nothing ? [`${text}${glyphs.down}`, 'bad'] : [text, 'text']
      }
    },
    consensus: {
      title: 'consensus',
      sort: 'consensus',
      alignment: 'left',
      cell: (i, width) => {
        const error = errors?.consensusError?.[i] ?? Number.NaN
        return [figureWithin(error, width), LEVEL_STYLES[levelOf(error, swarm?.consensusError)]]
      }
    },
    lost: counted('missed', 'lost', traffic?.missing),
    bytes: {
      title: 'bytes',
      sort: 'bytes',
      alignment: 'right',
      cell: i => [
        bytesOrNone((traffic?.bytesIn[i] ?? Number.NaN) + (traffic?.bytesOut[i] ?? Number.NaN)),
        'text'
      ]
    },
    out: counted('out', undefined, traffic?.messagesOut),
    in: counted('in', undefined, traffic?.messagesIn),
    state: {
      title: 'state',
      sort: 'state',
      alignment: 'left',
      cell: (i, width) => {
        const { text, style } = states[i] ?? { text: '', style: 'dim' }
        return [stateWithin(i === hub && text === 'learning' ? 'averages' : text, width, hub), style]
      }
    }
  }
}

const lostStyle = (messages = 0): Style => (messages > 0 ? 'warning' : 'dim')

/** Shorter words for what a peer is doing. */
const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^waits for /, 'waits '],
  [/^lost \(frozen\)$/, 'lost'],
  [/^not joined$/, 'absent']
]

function stateWithin(text: string, width: number, hub: number): string {
  const named = text === `waits for ${hub}` ? 'waits for hub' : text
  if (named.length <= width) return named
  return SHORT.reduce((shorter, [pattern, words]) => shorter.replace(pattern, words), named)
}

/** The widths that columns get while there is room, the most important first; a later one widens a column. */
function wishes(scene: Scene): readonly (readonly [ColumnName, number])[] {
  const { experiment, stage, now } = scene
  const digits = String(experiment.peers - 1).length
  const longest = (stage?.labels ?? []).reduce((most, label) => Math.max(most, label.length), 0)
  return [
    ['peer', Math.max(5, digits + 1)],
    ['error', measureOf(scene) === 'return' ? 7 : 6],
    ['state', Math.max(8, 6 + digits)],
    ['gain', 7],
    ['consensus', 7],
    ...((now?.sample?.swarm.valueGap ?? null) === null ? [] : ([['gap', 6]] as const)),
    ['environment', 8],
    ['history', 5],
    ['environment', 10],
    ['environment', 11],
    ['history', 8],
    ['state', Math.max(13, 10 + digits)],
    ['lost', 6],
    ['bytes', 8],
    ['consensus', 10],
    ['history', 16],
    ['environment', Math.min(longest, 24)],
    ['out', 8],
    ['in', 8],
    ['history', 24]
  ]
}

/** The columns that `room` cells are enough for, in their order. */
export function placedIn(room: number, columns: Record<ColumnName, Column>, scene: Scene): Placed[] {
  const widths = new Map<ColumnName, number>()
  let left = room
  for (const [name, width] of wishes(scene)) {
    const before = widths.get(name)
    const cost = before === undefined ? width + (widths.size > 0 ? 1 : 0) : width - before
    if (cost <= 0 || cost > left) continue
    widths.set(name, width)
    left -= cost
  }
  const names = ORDER.filter(name => widths.has(name))
  // What is left over goes between the columns, and then to the history.
  const gap = left >= names.length - 1 ? 2 : 1
  left -= (gap - 1) * (names.length - 1)
  let start = 0
  return names.map(name => {
    const least = widths.get(name) ?? 0
    const width = name === 'history' ? Math.min(least + left, MOST_HISTORY) : least
    const at = start
    start += width + gap
    return { column: columns[name], name, start: at, width }
  })
}
