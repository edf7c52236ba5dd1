/** The top of the screen: what runs, how far it is, and in a few figures how well it does. */
import { usesHub } from '../../aggregation/names.ts'
import { count, duration, figure } from '../../report/format.ts'
import { counted, unusualOf } from '../../report/in-words.ts'
import { bytesOrNone, shortenedTo } from '../figures.ts'
import { bar, PRODUCT } from '../progress-bar.ts'
import type { Scene, SceneStatus } from '../scene.ts'
import { fitted, type Segment, segment, shortening } from '../segments.ts'
import { secondsToGo } from '../standing.ts'
import type { Style } from '../styles.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import { agreement, away, errors, messages } from './header-figures.ts'

const GAP = 2
/** A title this long still leaves room for what else identifies a run. */
const TITLES = [60, 40, 20, 10]
const MOST_SEED = 12

/** Four lines, or five if the area has them; what has no room in its line is left out, the least important first. */
export function drawHeader(area: Area, scene: Scene, view: View): void {
  const [who, how, agreeing] = [identity(scene), progress(scene, view, area), agreement(scene, area.symbols)]
  const lines =
    area.height > 4
      ? [who, how, errors(scene), agreeing, [...away(scene), ...messages(scene)]]
      : [[...who, ...messages(scene)], how, errors(scene), [...agreeing, ...away(scene)]]
  for (const [row, segments] of lines.entries()) area.pieces(0, row, fitted(segments, area.width, GAP))
}

function identity({ experiment }: Scene): Segment[] {
  const { name, aggregation, peers, environment, learner, topology, transport, weights, seed } = experiment
  const graph = weights === 'metropolis' ? topology.name : `${topology.name} (${weights})`
  const how = `${usesHub(aggregation) ? 'hub' : graph} · ${aggregation}`
  const title = name ?? how
  const facts = [
    counted(peers, 'peer'),
    environment.name,
    learner.name,
    ...(name === null ? [] : [how]),
    ...unusualOf(experiment),
    transport,
    `seed ${shortenedTo(seed, MOST_SEED)}`
  ]
  return [
    segment(9.9, [PRODUCT, 'title']),
    shortening(
      9.8,
      'strong',
      TITLES.map(width => shortenedTo(title, width))
    ),
    shortening(
      9.1,
      'dim',
      facts.map((_, less) => facts.slice(0, facts.length - less).join(' · '))
    )
  ]
}

// how far it is -----------------------------------------------------------------------------------------------

function progress(scene: Scene, view: View, area: Area): Segment[] {
  const { experiment, opening, now, status } = scene
  const { rounds, until } = experiment
  const begin = [statusIn(scene, area), ...(view.isFrozen ? [segment(9.9, ['FROZEN', 'warning'])] : [])]
  const target = until === null ? [] : [segment(7, [`until ${until.trim()}`, 'dim'])]
  if (now === undefined) {
    const { connected, connections } = opening ?? { connected: 0, connections: 0 }
    const links: Piece = [
      `${count(connected).padStart(count(connections).length)} of ${counted(connections, 'link')}`,
      'strong'
    ]
    return [
      ...begin,
      ...(connections === 0 ? [] : [segment(9.8, links), bar(connected / connections, area)]),
      segment(8, [`${counted(rounds, 'round')} to run`, 'dim']),
      ...target
    ]
  }
  const round = count(now.round).padStart(count(rounds).length)
  return [
    ...begin,
    segment(9.8, [`round ${round} of ${count(rounds)}`, 'strong']),
    bar(now.round / rounds, area),
    ...(status === 'running' || status === 'paused' ? speed(scene) : []),
    ...time(scene),
    ...(status === 'comparing' ? [comparing(scene)] : []),
    ...target
  ]
}

const STATUS: Readonly<Record<SceneStatus, readonly [text: string, style: Style]>> = {
  opening: ['connecting', 'warning'],
  running: ['running', 'good'],
  paused: ['paused', 'warning'],
  comparing: ['comparing', 'warning'],
  finished: ['finished', 'strong'],
  interrupted: ['interrupted', 'warning'],
  'target-missed': ['target missed', 'bad']
}

/** As long as nothing is connected. */
const BUILDING = ['building', 'warning'] as const
const OF_RECORD: Partial<Record<SceneStatus, string>> = { opening: 'opening', running: 'playing' }

function statusIn({ status, isRecord, now, opening }: Scene, { glyphs }: Area): Segment {
  const shown = status === 'running' && now?.isPaused === true ? 'paused' : status
  const [text, style] = status === 'opening' && opening === undefined ? BUILDING : STATUS[shown]
  const marks: Partial<Record<SceneStatus, string>> = {
    opening: '○',
    running: glyphs.running,
    paused: glyphs.paused
  }
  const words = isRecord ? `record ${OF_RECORD[shown] ?? text}` : text
  return segment(9.9, [`${marks[shown] ?? '●'} ${words}`.padEnd(PRODUCT.length), style])
}

function speed({ now, roundsPerSecond: rate, bytesPerSecond }: Scene): Segment[] {
  const limit = now?.roundsPerSecond ?? null
  const rounds = Number.isNaN(rate) || rate < 10 ? figure(Number(rate.toFixed(1))) : count(rate)
  const atLimit = limit !== null && rate > 0.9 * limit ? ', the limit' : ''
  const shown = `${rounds.padStart(5)} rounds/s${atLimit}`
  const measured = shortening(9.3, 'text', [
    `${shown}${' '.repeat(GAP)}${bytesOrNone(bytesPerSecond).padStart(7)}/s`,
    shown
  ])
  return [
    ...(Number.isNaN(rate) ? [] : [measured]),
    ...(limit === null || atLimit !== ''
      ? []
      : [
          segment(9.2, [
            `at most ${limit < 10 ? limit : count(limit)} round${limit === 1 ? '' : 's'}/s`,
            'warning'
          ])
        ])
  ]
}

/** What is still done when the run is over. */
function comparing({ rivals }: Scene): Segment {
  const rounds = rivals.flatMap(({ divergedIn, sample }) => (divergedIn === null ? [sample?.round ?? 0] : []))
  const at = rounds.length === 0 ? '' : `: round ${count(Math.min(...rounds))}`
  const text = `its rivals follow${at}`
  return shortening(9, 'text', [`the run is complete, ${text}`, text, 'rivals follow'])
}

/** Last in its line, since its width changes. */
function time(scene: Scene): Segment[] {
  const seconds = scene.elapsedSeconds
  const toGo = secondsToGo(scene)
  const parts = [
    ...(Number.isNaN(seconds) ? [] : [`${duration(seconds)} elapsed`]),
    ...(toGo === undefined ? [] : [`${duration(toGo)} to go`])
  ]
  return parts.length === 0 ? [] : [shortening(9.6, 'text', [parts.join(' · '), ...parts.slice(-1)])]
}
