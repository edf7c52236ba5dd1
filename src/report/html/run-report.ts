/** A recorded run as a page: what it reached and how, who talked to whom, what it cost, how it was set, and how to repeat it. */
import { drawFigure } from '../../drawing/draw-figure.ts'
import type { Axis, Panel, Series } from '../../drawing/panel.ts'
import type { Metric } from '../../interfaces.ts'
import type { Manifest } from '../../records/manifest.ts'
import type { Result } from '../../session/protocol.ts'
import { experimentInWords } from '../final-table.ts'
import { bytes, count, durationInOneUnit, figure } from '../format.ts'
import { agreement, roundInWords } from '../in-words.ts'
import { NAMES, TELLING, yardstickOf } from '../measures.ts'
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
  warnings
} from './page.ts'
import type { MeasuredPoint, RunFacts } from './run-facts.ts'
import { busiestOf, eventTable, nameOf, peerTable, priceTable } from './run-tables.ts'

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
    { name: 'rounds', value: count(result.round), note: durationInOneUnit(seconds) },
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
