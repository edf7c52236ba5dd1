/** A recorded run as a page: what it reached and how, who talked to whom, what it cost, how it was set, and how to repeat it. */

import { drawFigure } from '../../drawing/draw-figure.ts'
import type { Axis, Panel, Series } from '../../drawing/panel.ts'
import type { Experiment } from '../../experiment/schema.ts'
import type { Metric, SwarmErrors } from '../../interfaces.ts'
import type { Manifest } from '../../records/manifest.ts'
import type { Result } from '../../session/protocol.ts'
import { experimentInWords } from '../final-table.ts'
import { bytes, count, duration, figure } from '../format.ts'
import { agreement, roundInWords } from '../in-words.ts'
import { NAMES, TELLING, type Yardstick, yardstickOf } from '../measures.ts'
import { troubleInWords } from '../trouble.ts'
import { charts, thinned } from './charts.ts'
import { type DrawnGraph, drawGraph, MOST_EDGES, MOST_PEERS, scaleOf } from './graph.ts'
import { type Content, html, Markup } from './markup.ts'
import {
  type Drawing,
  type Headline,
  headlines,
  page,
  type Report,
  SCREEN,
  SHEET,
  section,
  table,
  warnings
} from './page.ts'

/** A measured round of the curves. */
export interface MeasuredPoint {
  readonly round: number
  readonly errors: SwarmErrors
  readonly bytes: number
}

/** What is known of a run: plain data. */
export interface RunFacts {
  readonly manifest: Manifest
  readonly experiment: Experiment
  /** The same as it stands in its file. */
  readonly settings: string
  /** Why what is shown may not be what was run, one line each. */
  readonly doubts: readonly string[]
  /** Measured rounds, ascending, the last among them. */
  readonly curve: readonly MeasuredPoint[]
  /** Undefined if no round was measured. */
  readonly result: Result | undefined
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
  /** Whether faults were planned or commanded. */
  readonly withFaults: boolean
  /** What was commanded, and after which round. */
  readonly events: readonly { readonly after: number; readonly text: string }[]
  /** Per participant x, y in [0, 1], interleaved. */
  readonly places: ArrayLike<number>
  readonly edges: readonly (readonly [number, number])[]
  /** Why the edges are not those of every round, if they are not. */
  readonly graphNote: string | undefined
  /** What theory says of the errors in the long run; undefined where it says nothing. */
  readonly predicted: SwarmErrors | undefined
  /** What the rounds take in a network of one's own; undefined where none was made. */
  readonly time: TimeInNetwork | undefined
}

/** A time that was predicted. */
interface TimeInNetwork {
  /** The network model as text, `wan:latencyMs=80`. */
  readonly price: string
  readonly seconds: number
  /** Of how many rounds it was found; the others are taken to go on like these. */
  readonly simulated: number
}

/** More peers are listed by those that did best and worst. */
const LISTED_PEERS = 256
/** More events are only counted. */
const LISTED_EVENTS = 60

/** The page of a run. */
export function runReport(facts: RunFacts): Report {
  const { manifest, experiment, result, events } = facts
  const title = experiment.name ?? manifest.id
  const panels = result === undefined ? [] : panelsOf(facts, result)
  const graph = result === undefined ? undefined : graphOf(facts, result)
  const inWords = `${experimentInWords(experiment)} · seed ${experiment.seed}`
  const content = html`<header>
<h1>${title}</h1>
<p class="lead">${inWords}</p>
<p class="note">${count(manifest.round)} of ${count(manifest.rounds)} rounds of ${roundInWords(experiment)} · ${statusOf(manifest)} · begun ${manifest.started.slice(0, 16).replace('T', ' ')} UTC</p>
</header>
${warnings([...reasonsOf(manifest), ...facts.doubts])}${
  result === undefined
    ? html`<p>No round was measured.</p>`
    : [
        headlines(headlinesOf(result)),
        ...agreement(result).map(line => html`<p>${line}</p>\n`),
        troubleOf(facts, result),
        section('Curves', charts(panels), predictionNote(facts)),
        html`<div class="sides">${[
          graph === undefined ? undefined : graphSection(facts, graph),
          section('Price', priceTable(facts, result))
        ]}</div>`,
        section('Peers', peerTable(facts, result))
      ]
}${events.length === 0 ? undefined : section('What happened', eventTable(events))}${section(
  'Settings',
  html`<details open=""><summary>experiment.yaml</summary><pre>${facts.settings}</pre></details>`
)}${section(
  'Repeat it',
  html`<pre class="command">${manifest.command}</pre>
<p class="note">Murmuration ${manifest.versions.murmuration}, Node ${manifest.versions.node}, ${manifest.platform}. The same seed ends with the same parameters.</p>`
)}`
  const figures: Drawing[] = [
    ...(panels.length === 0 ? [] : [{ name: 'curves', svg: drawFigure(title, inWords, panels, SHEET) }]),
    ...(graph === undefined || !isDrawn(facts)
      ? []
      : [{ name: 'graph', svg: `${drawGraph(graph, SHEET, '#9aa5b1')}\n` }])
  ]
  return { title, html: page(title, content), figures }
}

const statusOf = ({ status }: Manifest): string => status.replace('-', ' ')

const reasonsOf = ({ status, reason }: Manifest): string[] =>
  status === 'finished' ? [] : [`The run ${STANDING[status]}${reason === null ? '.' : `: ${reason}`}`]

const STANDING: Readonly<Record<Exclude<Manifest['status'], 'finished'>, string>> = {
  running: 'still goes on; this is how it stood when the page was made',
  interrupted: 'was interrupted',
  'target-missed': 'ended without meeting its target',
  diverged: 'diverged',
  failed: 'failed'
}

function headlinesOf(result: Result): Headline[] {
  const { swarm, best, traffic, experience, seconds } = result
  const { metric } = yardstickOf(swarm)
  const tail = result.tail?.[metric]
  const most = busiestOf(result)
  return [
    {
      name: NAMES[metric],
      value: figure(swarm[metric]),
      ...(tail === undefined || tail === null ? {} : { note: `${figure(tail)} over the second half` })
    },
    ...(best === null
      ? []
      : [{ name: 'best return', value: figure(best.return), note: `after round ${count(best.round)}` }]),
    ...(swarm.consensusError === null ? [] : [{ name: 'consensus', value: figure(swarm.consensusError) }]),
    ...(swarm.fixedPointError === null
      ? []
      : [{ name: 'fixed point', value: figure(swarm.fixedPointError), note: 'distance to θ*' }]),
    ...(experience === null
      ? []
      : [
          {
            name: 'episodes per peer',
            value: count(experience.episodes),
            note: `${count(experience.steps)} steps`
          }
        ]),
    { name: 'rounds', value: count(result.round), note: duration(seconds) },
    { name: 'traffic', value: bytes(traffic.bytes), note: `${count(traffic.messages)} messages` },
    ...(most === undefined
      ? []
      : [
          {
            name: 'busiest',
            value: bytes(most.total),
            note: `${nameOf(most.participant, result)}, in and out`
          }
        ])
  ]
}

/** The participant with most bytes in and out; undefined where the record does not list the peers, as that of a large swarm at work. */
function busiestOf({ perPeer }: Result): { participant: number; total: number } | undefined {
  const { bytesIn, bytesOut } = perPeer
  if (bytesIn.some(Number.isNaN)) return undefined
  let [participant, total] = [0, 0]
  for (let p = 0; p < bytesIn.length; p++) {
    const both = bytesIn[p]! + bytesOut[p]!
    if (both > total) [participant, total] = [p, both]
  }
  return { participant, total }
}

const peersOf = ({ peers, swarm }: Result): number => peers[yardstickOf(swarm).metric]?.length ?? 0

const nameOf = (participant: number, result: Result): string =>
  participant === peersOf(result) ? 'the hub' : `peer ${participant}`

function troubleOf({ experiment, withFaults, curve }: RunFacts, result: Result): Content {
  const dropped = Object.entries(result.traffic.dropped).filter(([, messages]) => messages > 0)
  const lines = [
    ...troubleInWords({ experiment, withFaults, rivals: [] }, result),
    ...dropped.map(([reason, messages]) => `Messages dropped as ${reason}: ${count(messages)}.`)
  ]
  return curve.length === 0 ? undefined : warnings(lines)
}

const AGAINST_ROUNDS: Axis = { label: 'rounds', log: false }
const AGAINST_BYTES: Axis = { label: 'bytes, all peers', log: false }

function panelsOf({ curve, predicted }: RunFacts, { swarm, traffic }: Result): Panel[] {
  const yardstick = yardstickOf(swarm)
  const points = thinned(curve, 400)
  const panel = (
    title: string,
    metrics: readonly Metric[],
    x: Axis,
    at: (point: MeasuredPoint) => number
  ) => {
    const log = metrics.every(metric => metric !== 'return' && metric !== 'entropy')
    const series = metrics.flatMap((metric): Series[] => {
      const colour = TELLING[yardstick.metric].indexOf(metric)
      const drawn = points.flatMap((point): [number, number][] => {
        const value = point.errors[metric]
        return value === null ? [] : [[at(point), value]]
      })
      if (!drawn.some(([, value]) => !log || value > 0)) return []
      const level = x === AGAINST_ROUNDS ? predicted?.[metric] : undefined
      const [first, last] = [drawn.at(0), drawn.at(-1)]
      return [
        { name: NAMES[metric], colour, style: 'line', points: drawn },
        ...(typeof level === 'number' && first && last && level > 1e-9
          ? [
              {
                name: `${NAMES[metric]}, predicted`,
                colour,
                style: 'dotted' as const,
                points: [
                  [first[0], level],
                  [last[0], level]
                ] as const
              }
            ]
          : [])
      ]
    })
    return { title, x, y: { label: 'error', log }, series }
  }
  const byRound = ({ round }: MeasuredPoint): number => round
  const byBytes = (point: MeasuredPoint): number => point.bytes
  const panels =
    yardstick.metric === 'return'
      ? [
          returnAxis(panel('Return', ['return'], AGAINST_ROUNDS, byRound)),
          panel('How far apart the peers are', ['consensusError', 'policyDistance'], AGAINST_ROUNDS, byRound),
          panel('Gap to the best policy', ['valueGap'], AGAINST_ROUNDS, byRound),
          ...(traffic.bytes > 0
            ? [returnAxis(panel('Return for its traffic', ['return'], AGAINST_BYTES, byBytes))]
            : [])
        ]
      : [
          panel('Errors', TELLING.valueError, AGAINST_ROUNDS, byRound),
          ...(traffic.bytes > 0
            ? [panel('Errors for their traffic', TELLING.valueError, AGAINST_BYTES, byBytes)]
            : [])
        ]
  return panels.filter(({ series }) => series.length > 0)
}

const returnAxis = (panel: Panel): Panel => ({ ...panel, y: { label: 'return', log: false } })

const predictionNote = ({ predicted }: RunFacts): Content =>
  predicted === undefined
    ? undefined
    : html`<p class="note">Dotted: what theory says of the long run, with every message in time (murmur predict).</p>`

function graphOf({ places, edges, labels }: RunFacts, { swarm, peers, stopped }: Result): DrawnGraph {
  const { metric } = yardstickOf(swarm)
  const column = peers[metric] ?? new Float64Array()
  const gone = new Set(stopped)
  const values = Array.from(column, (value, i) => (gone.has(i) || Number.isNaN(value) ? null : value))
  const scale = scaleOf(values, metric === 'return' ? 'greater' : 'smaller')
  return { places, edges, values, scale, measure: NAMES[metric], labels }
}

const isDrawn = ({ places }: RunFacts): boolean => places.length / 2 <= MOST_PEERS + 1

function graphSection(facts: RunFacts, graph: DrawnGraph): Markup {
  if (!isDrawn(facts)) {
    return section(
      'Graph',
      html`<p class="note">${count(graph.values.length)} peers are too many to be drawn.</p>`
    )
  }
  const { edges, graphNote } = facts
  const notes = [
    `${graph.measure} of each peer at the end; blue is best.`,
    ...(graphNote === undefined ? [] : [graphNote]),
    ...(edges.length > MOST_EDGES ? [`${count(edges.length)} edges are too many to be drawn.`] : []),
    ...(graph.values.includes(null) ? ['Hollow: stopped.'] : [])
  ]
  return section(
    'Graph',
    html`<figure class="graph">${new Markup(drawGraph(graph, SCREEN, 'var(--edge)'))}<figcaption>${notes.join(' ')}</figcaption></figure>`
  )
}

function peerTable({ labels }: RunFacts, result: Result): Markup {
  if (busiestOf(result) === undefined) {
    return html`<p class="note">The record of so many peers lists them only when the run has ended.</p>`
  }
  const { swarm, peers, perPeer, stopped } = result
  const yardstick = yardstickOf(swarm)
  const metrics = TELLING[yardstick.metric].filter(metric => peers[metric] !== null)
  const number = peersOf(result)
  const listed = listedOf(result, yardstick)
  const gone = new Set(stopped)
  const traffic = (p: number): string[] => [
    count(perPeer.messagesIn[p]!),
    count(perPeer.messagesOut[p]!),
    bytes(perPeer.bytesIn[p]!),
    bytes(perPeer.bytesOut[p]!)
  ]
  const rows = listed.map(i => [
    String(i),
    labels[i] ?? '',
    ...metrics.map((metric, k) =>
      gone.has(i) ? (k === 0 ? 'stopped' : figure(null)) : figure(peers[metric]?.[i])
    ),
    ...traffic(i)
  ])
  if (perPeer.bytesIn.length > number) {
    rows.push(['hub', '', ...metrics.map(() => figure(null)), ...traffic(number)])
  }
  const header = [
    'peer',
    'environment',
    ...metrics.map(metric => NAMES[metric]),
    'messages in',
    'out',
    'bytes in',
    'out'
  ]
  const note =
    listed.length < number
      ? html`<p class="note">The ${count(listed.length)} of ${count(number)} peers that did best and worst.</p>\n`
      : undefined
  return html`${note}${table(header, rows, 'rl')}`
}

/** All peers, or those at both ends, ascending. */
function listedOf(result: Result, { metric }: Yardstick): number[] {
  const column = result.peers[metric] ?? new Float64Array()
  const everyone = [...column.keys()]
  if (everyone.length <= LISTED_PEERS) return everyone
  const ranked = everyone
    .filter(i => !Number.isNaN(column[i]!))
    .sort((i, j) => column[i]! - column[j]! || i - j)
  const half = LISTED_PEERS / 2
  return [...new Set([...ranked.slice(0, half), ...ranked.slice(-half)])].sort((i, j) => i - j)
}

function priceTable(facts: RunFacts, result: Result): Markup {
  const { experiment, time } = facts
  const { localSteps, participation } = experiment
  const { round, traffic, perPeer, seconds, experience } = result
  const most = busiestOf(result)
  const participants = perPeer.bytesIn.length
  const perRound = (total: number, write: (x: number) => string): string =>
    write(round > 0 ? total / round : Number.NaN)
  const samples = experience?.steps ?? round * localSteps * participation
  const amount = (x: number): string => (Number.isNaN(x) ? figure(null) : bytes(Math.round(x)))
  const number = (x: number): string => (Number.isInteger(x) ? count(x) : figure(x))
  const milliseconds = (x: number): string => `${figure(1000 * x)} ms`
  const all = 2 * traffic.bytes
  const rows: string[][] = [
    ['messages', count(traffic.messages), perRound(traffic.messages, number)],
    ['bytes', bytes(traffic.bytes), perRound(traffic.bytes, amount)],
    ...(most === undefined
      ? []
      : [
          [
            `busiest, in and out: ${nameOf(most.participant, result)}`,
            bytes(most.total),
            perRound(most.total, amount)
          ],
          [
            'share of the busiest in all that goes in and out',
            all > 0 ? `${figure((100 * most.total) / all)} %` : figure(null),
            ''
          ]
        ]),
    [
      'mean participant, in and out',
      amount(all / Math.max(1, participants)),
      perRound(all / Math.max(1, participants), amount)
    ],
    ['local samples per peer', number(samples), perRound(samples, number)],
    ...(traffic.virtualMs > 0
      ? [
          [
            'time on the virtual clock',
            duration(traffic.virtualMs / 1000),
            perRound(traffic.virtualMs / 1000, milliseconds)
          ]
        ]
      : []),
    ['time it took', duration(seconds), perRound(seconds, milliseconds)],
    ...(time === undefined
      ? []
      : [[`predicted time at ${time.price}`, duration(time.seconds), perRound(time.seconds, milliseconds)]])
  ]
  return html`${table(['', 'in all', 'per round'], rows, 'l')}${timeNote(facts, round)}`
}

/** Which seconds are which. */
function timeNote({ experiment, withFaults, time }: RunFacts, rounds: number): Content {
  const took =
    experiment.transport === 'libp2p'
      ? 'The time it took was measured over libp2p, on the machine at hand.'
      : 'The time it took is that of the simulation, in which messages take none.'
  if (time === undefined) return html`<p class="note">${took}</p>`
  const lines = [
    took,
    'The predicted time is that of a network of this model, which is another thing.',
    ...(withFaults
      ? ['It knows nothing of the faults of the run: nobody stops, and of losses it has its own.']
      : []),
    ...(time.simulated < rounds
      ? [
          `It was found for the first ${count(time.simulated)} rounds; the others go on as the second half of these.`
        ]
      : [])
  ]
  return html`<p class="note">${lines.join(' ')}</p>`
}

function eventTable(events: RunFacts['events']): Markup {
  const listed = events.slice(0, LISTED_EVENTS)
  const more = events.length - listed.length
  return html`${table(
    ['after round', 'event'],
    listed.map(({ after, text }) => [count(after), text]),
    'rl'
  )}${more > 0 ? html`<p class="note">and ${count(more)} more</p>` : undefined}`
}
