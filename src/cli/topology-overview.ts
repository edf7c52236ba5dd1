/** `murmur topology` without a name: what every family is with so many peers, a line each. */

import { topologies } from '../../topologies/index.ts'
import { surelyEnough } from '../../topologies/mixing/agreement.ts'
import { type TopologySummary, topologySummary } from '../../topologies/mixing/report.ts'
import { standardWeights, studyOf } from '../../topologies/mixing/study.ts'
import { ExperimentError } from '../core/errors.ts'
import { DEFAULT_PEERS } from '../experiment/schema.ts'
import type { TopologyFamily } from '../interfaces.ts'
import { bytes } from '../report/format.ts'
import { LINE_WIDTH, said, wrapped } from './lines.ts'
import {
  built,
  DEFAULT_SEED,
  MESSAGE_BYTES,
  PARAMETERS,
  peerCount,
  type TopologyCommandOptions
} from './topology-request.ts'

/** Additions that counting the rounds of one family may take. */
const MOST_WORK = 2e7

/** A family that cannot have so many peers, or these weights. */
interface Impossible {
  readonly topology: string
  readonly peers: number
  readonly problem: string
}

type Entry = TopologySummary | Impossible

/** Writes the table line by line, or with `json` an array. */
export function topologyOverview(options: TopologyCommandOptions): void {
  const { peers = DEFAULT_PEERS, weights, json = false } = options
  const entries = Object.entries(topologies).map(
    ([name, family]) => [name, family, (): Entry => entryOf(name, family, peers, options)] as const
  )
  if (json) {
    process.stdout.write(`${JSON.stringify(entries.map(([, , entry]) => entry()))}\n`)
    return
  }
  const write = (lines: readonly string[]): void => {
    process.stdout.write(`${lines.join('\n')}\n`)
  }
  const rule = weights === undefined ? 'Metropolis weights, or those of the topology' : `${weights} weights`
  write([`${peerCount(peers)}, ${rule}`, '', headLine()])
  const warnings = new Map<string, string[]>()
  let isBounded = false
  for (const [name, family, entry] of entries) {
    const found = entry()
    write(rowOf(name, family, found))
    if ('problem' in found) continue
    for (const warning of warningsOf(found)) warnings.set(warning, [...(warnings.get(warning) ?? []), name])
    isBounded ||= found.roundsTo1e6 === null
  }
  const remarks = [...warnings].flatMap(([warning, names]) => [
    '',
    ...wrapped(`${names.join(', ')}: ${warning}`)
  ])
  write(['', ...legend(peers, isBounded), ...remarks])
}

function entryOf(
  name: string,
  family: TopologyFamily,
  peers: number,
  { weights, seed = DEFAULT_SEED }: TopologyCommandOptions
): Entry {
  const standard = family.options.safeParse({})
  if (!standard.success) {
    const what = (family.positional ?? 'options').toUpperCase()
    return { topology: name, peers, problem: `needs more: ${name}:${what}` }
  }
  try {
    const options = standard.data
    const topology = built(family, options, peers, seed)
    const subject = { family, options, topology, weights: weights ?? standardWeights(topology) }
    return topologySummary(studyOf(subject, MOST_WORK), MESSAGE_BYTES)
  } catch (error) {
    if (!(error instanceof ExperimentError)) throw error
    const { message } = error
    return {
      topology: name,
      peers,
      problem: message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message
    }
  }
}

/** Widths of the columns, one blank apart: 80 together. The first two are flush left. */
const WIDTHS = [20, 16, 7, 4, 7, 5, 7, 7] as const

function lineOf(cells: readonly string[]): string {
  return cells
    .map((cell, c) => (c < 2 ? cell.padEnd(WIDTHS[c] ?? 0) : cell.padStart(WIDTHS[c] ?? 0)))
    .join(' ')
    .trimEnd()
}

const headLine = (): string => lineOf(['topology', '', 'degree', 'diam', 'gap', 'eff', 'rounds', 'bytes'])

function rowOf(name: string, { picture }: TopologyFamily, entry: Entry): string[] {
  if ('problem' in entry) {
    const margin = WIDTHS[0] + WIDTHS[1] + 2
    return wrapped(entry.problem, LINE_WIDTH - margin).map(
      (line, k) => (k === 0 ? lineOf([name, picture]) : '').padEnd(margin) + line
    )
  }
  const { degree, diameter, effectiveNeighbours, bytesPerRound } = entry
  return [
    lineOf([
      name,
      picture,
      degree.min === degree.max ? `${degree.max}` : `${degree.min}–${degree.max}`,
      diameter === null ? '–' : `${diameter}`,
      gapOf(entry),
      effectiveNeighbours === null ? '–' : short(effectiveNeighbours['0.99']),
      roundsOf(entry),
      bytes(Math.round(bytesPerRound.gossipPeer))
    ])
  ]
}

/** The same words for all that have the same trouble. */
function warningsOf({ warnings, agrees, stochastic }: TopologySummary): readonly string[] {
  if (!agrees || stochastic === 'doubly') return warnings
  return [
    stochastic === 'row'
      ? 'the consensus is not the mean, for the columns of W do not sum to 1'
      : 'for push-sum only, for the rows of W do not sum to 1; rounds are those of push-sum'
  ]
}

function gapOf({ contraction: { perRound, exactAfter }, peers }: TopologySummary): string {
  if (exactAfter !== null && peers > 1) return 'exact'
  return perRound === null ? '–' : short(1 - perRound)
}

function roundsOf(summary: TopologySummary): string {
  const { agrees, roundsTo1e6, contraction, warnings, stochastic, period } = summary
  if (!agrees) return 'never'
  if (roundsTo1e6 !== null) return short(roundsTo1e6)
  const isSure = stochastic === 'doubly' && warnings.length === 0
  const bound = isSure ? surelyEnough(contraction, period) : null
  return bound === null ? '–' : `≤${short(bound)}`
}

/** At most five characters for most numbers: three digits, or all of an integer below 100,000. */
function short(x: number): string {
  if (Math.abs(x) < 1e-12) return '0'
  const rounded = Number(x.toPrecision(3))
  if (Math.abs(x) >= 1e5 || Math.abs(rounded) < 1e-3) return x.toExponential(1).replace('e+', 'e')
  return Math.abs(x) >= 100 ? `${Math.round(x)}` : `${rounded}`
}

function legend(peers: number, isBounded: boolean): string[] {
  const texts = [
    ['gap', '1 − the factor by which a round shrinks differences; exact: after a few rounds none are left'],
    ['eff', 'effective number of neighbours, at γ = 0.99'],
    [
      'rounds',
      'until peers that start from x_i = i agree to 1e-6, counted' +
        (isBounded ? '; ≤ from the gap, where counting takes long' : '')
    ],
    [
      'bytes',
      `a round, in and out of a peer in the mean, ${PARAMETERS} parameters (star federation: ${bytes(2 * MESSAGE_BYTES)}, ` +
        `its hub ${bytes(2 * peers * MESSAGE_BYTES)}, 1 round)`
    ],
    ['–', 'not known, or not computed for so many peers']
  ] as const
  return [
    ...texts.flatMap(([word, text]) => said(word, text)),
    '',
    'murmur topology NAME draws one; murmur topology --help says what each is'
  ]
}
