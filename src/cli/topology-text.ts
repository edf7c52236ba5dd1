/** A report on one topology in words, with its drawing: lines for a terminal. */
import { surelyEnough } from '../../topologies/mixing/agreement.ts'
import type { RoundReport, TopologyReport } from '../../topologies/mixing/report.ts'
import type { Study, Subject } from '../../topologies/mixing/study.ts'
import { layoutOf } from '../../topologies/parts/stress-layout.ts'
import { drawEigenvalues } from '../drawing/draw-eigenvalues.ts'
import { drawGraph, MOST_DRAWN } from '../drawing/draw-graph.ts'
import { bytes, columns, count, figure } from '../report/format.ts'
import { factLines, LINE_WIDTH, said, wrapped } from './lines.ts'
import { factsOf } from './topology-facts.ts'
import { PARAMETERS, peerCount } from './topology-request.ts'

const WIDTH = 64
const HEIGHT = 20
const STRIP_HEIGHT = 3
/** More rounds are only counted. */
const LISTED_ROUNDS = 6
/** More neighbours are. */
const LISTED_NEIGHBOURS = 12

/** All there is to say of a topology, for whom it is called `name`. */
export function topologyLines(
  name: string,
  subject: Subject,
  study: Study,
  report: TopologyReport
): string[] {
  const { family } = subject
  const { eigenvalues = null } = study.spectrum ?? {}
  const blocks = [
    wrapped(`${name}, ${peerCount(report.peers)}: ${family.description}`),
    pictureLines(subject, study),
    report.rounds === null ? [] : roundLines(report, report.rounds),
    factLines(factsOf(study, report)),
    eigenvalues !== null && eigenvalues.length > 1
      ? [
          `all ${count(eigenvalues.length)} eigenvalues of W; the higher, the more of them`,
          strip(eigenvalues)
        ]
      : [],
    costLines(report),
    remarks(study, report),
    report.matrix === undefined
      ? []
      : ['W', ...report.matrix.map(row => row.map(weight => weight.toFixed(4)).join(' '))]
  ]
  return blocks.filter(block => block.length > 0).flatMap((block, k) => (k === 0 ? block : ['', ...block]))
}

const strip = (eigenvalues: Float64Array): string => drawEigenvalues(eigenvalues, WIDTH, STRIP_HEIGHT)

function pictureLines({ family, options }: Subject, { topology, graph }: Study): string[] {
  const { peers, period, directed } = topology
  const layout = peers <= MOST_DRAWN ? layoutOf(family, peers, options, graph) : new Float64Array(2 * peers)
  const captions: string[] = []
  if (period === null) captions.push('above: round 1; every round is drawn anew')
  else if (period > 1) captions.push(`above: all ${period} rounds together`)
  if (directed && peers > 1) captions.push(directionOf(graph.neighbours))
  return [drawGraph(graph, layout, WIDTH, HEIGHT), ...captions.flatMap(caption => wrapped(caption))]
}

/** Lines have no arrows: one peer shows which way they go. */
function directionOf(neighbours: Study['graph']['neighbours']): string {
  const listeners = neighbours.flatMap((heard, i) => (heard.includes(0) ? [i] : []))
  return `one way only: peer 0 hears ${listed(neighbours[0]!)} and is heard by ${listed(listeners)}`
}

function listed(peers: readonly number[]): string {
  if (peers.length === 0) return 'nobody'
  const more = peers.length - LISTED_NEIGHBOURS
  return peers.slice(0, LISTED_NEIGHBOURS).join(', ') + (more > 0 ? ` and ${count(more)} more` : '')
}

/** A line a round: whom it joins, by weight. */
function roundLines({ period, directed }: TopologyReport, rounds: readonly RoundReport[]): string[] {
  const shown = rounds.slice(0, LISTED_ROUNDS)
  const lines = shown.map((round, k) => {
    const head = `round ${k + 1}  `
    return head + edgesInWords(round, directed, LINE_WIDTH - head.length)
  })
  const more = (period ?? 0) - shown.length
  const last = period === null ? '… and so on, for ever new' : more > 0 ? `… and ${more} more` : ''
  const what = directed ? 'i→j: i is heard by j' : 'i–j: both hear each other'
  return [`${what}, after the weight they give to what they hear`, ...lines, ...(last === '' ? [] : [last])]
}

function edgesInWords({ edges, weights }: RoundReport, directed: boolean, width: number): string {
  if (edges.length === 0) return 'nobody hears anybody'
  const byWeight = new Map<string, string[]>()
  edges.forEach(([i, j], k) => {
    const weight = `${Number(weights[k]!.toPrecision(3))}`
    byWeight.set(weight, [...(byWeight.get(weight) ?? []), `${i}${directed ? '→' : '–'}${j}`])
  })
  const words = [...byWeight].flatMap(([weight, names], k) =>
    names.map((name, n) => (n === 0 ? `${k === 0 ? '' : '· '}${weight}: ${name}` : name))
  )
  const ends = words.map((_, k) => ` … ${count(words.length - k - 1)} more`)
  let line = ''
  for (const [k, word] of words.entries()) {
    const next = k === 0 ? word : `${line} ${word}`
    const isLast = k === words.length - 1
    if (k > 0 && next.length + (isLast ? 0 : ends[k]!.length) > width) return line + ends[k - 1]!
    line = next
  }
  return line
}

function costLines(report: TopologyReport): string[] {
  const { bytesPerRound, peers, roundsTo1e6, contraction, stochastic, warnings } = report
  const { gossipTotal, gossipBusiestPeer, starTotal, starHub } = bytesPerRound
  const isSure = stochastic === 'doubly' && (warnings.length === 0 || contraction.exactAfter !== null)
  const sure = isSure ? surelyEnough(contraction, report.period) : null
  const unknown = report.agrees ? '–' : 'never'
  return [
    ...columns(
      [
        ['', 'gossip', 'star server'],
        ['rounds from x_i = i to 1e-6, counted', roundsTo1e6 === null ? unknown : count(roundsTo1e6), '1'],
        ['rounds that surely suffice, from any start', sure === null ? unknown : large(sure), '1'],
        ['bytes a round, all peers', bytes(Math.round(gossipTotal)), bytes(starTotal)],
        ['bytes a round, in and out, of the busiest', bytes(gossipBusiestPeer), bytes(starHub)]
      ],
      'lrr'
    ),
    `(messages of ${PARAMETERS} parameters; the server is a hub beside the ${peerCount(peers)})`
  ]
}

const large = (rounds: number): string => (rounds < 1e9 ? count(rounds) : figure(rounds))

function remarks({ verdict }: Study, { notes }: TopologyReport): string[] {
  const { refused, warning } = verdict
  return [
    ...notes.flatMap(note => said('note', note)),
    ...(refused === undefined ? [] : said('no consensus', refused)),
    ...(warning === undefined ? [] : said('warning', warning))
  ]
}
