/** The return of every peer's policy in every peer's environment. */
import { ExperimentError } from '../core/errors.ts'
import type { Who } from '../policy/repertoire.ts'
import { columns, figure } from '../report/format.ts'
import type { PlayRequest } from './play-request.ts'

/** Of each score, unless the user says how many. */
const EPISODES = 10
/** A table of more would say nothing, and take long. */
const MOST_PEERS = 256
/** More are not wide columns any more: their rows are summed up. */
const LISTED_PEERS = 16

interface Row {
  readonly policy: Who
  /** By environment. */
  readonly returns: readonly number[]
  readonly mean: number
}

export interface Matrix {
  /** Of each mean score; null where returns are exact. */
  readonly episodes: number | null
  /** Peers, then the two of all. */
  readonly rows: readonly Row[]
  /** By environment, over the policies of the peers. */
  readonly columnMeans: readonly number[]
  /** Of the peers' policies in all environments, and each in its own. */
  readonly mean: number
  readonly ownMean: number
}

/** Throws an ExperimentError for more peers than a table can be of. */
export function matrixOf({ repertoire, episodes = EPISODES }: PlayRequest): Matrix {
  const { peers, kind } = repertoire.fleet
  if (peers > MOST_PEERS)
    throw new ExperimentError(`--matrix: of ${peers} peers; at most ${MOST_PEERS} are allowed`)
  const places = Array.from({ length: peers }, (_, j) => j)
  const rows = repertoire.everybody.map((policy): Row => {
    const returns = places.map(j => repertoire.returnIn(policy, j, episodes))
    return { policy, returns, mean: meanOf(returns) }
  })
  const own = rows.slice(0, peers)
  return {
    episodes: kind === 'finite' ? null : episodes,
    rows,
    columnMeans: places.map(j => meanOf(own.map(({ returns }) => returns[j]!))),
    mean: meanOf(own.map(({ mean }) => mean)),
    ownMean: meanOf(own.map(({ returns }, i) => returns[i]!))
  }
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export const matrixJson = ({ episodes, rows, columnMeans, mean, ownMean }: Matrix): object => ({
  measure: episodes === null ? 'return' : 'score',
  episodes,
  rows,
  columnMeans,
  mean,
  ownMean
})

export function matrixLines({ episodes, rows, columnMeans, mean, ownMean }: Matrix): string[] {
  const isWhole = columnMeans.length <= LISTED_PEERS
  const name = (policy: Who): string => (typeof policy === 'number' ? `policy ${policy}` : policy)
  const cells = (returns: readonly number[]): string[] =>
    isWhole
      ? returns.map(figure)
      : [figure(returns.reduce((a, b) => Math.min(a, b))), figure(returns.reduce((a, b) => Math.max(a, b)))]
  const header = ['', ...(isWhole ? columnMeans.map((_, j) => `in ${j}`) : ['least', 'most']), 'mean']
  const row = ({ policy, returns, mean }: Row): string[] => [name(policy), ...cells(returns), figure(mean)]
  const peers = rows.filter(({ policy }) => typeof policy === 'number')
  const all = rows.filter(({ policy }) => typeof policy !== 'number')
  const means = ['mean of these', ...cells(columnMeans), figure(mean)]
  return [
    episodes === null
      ? 'exact return of each policy in the environment of each peer:'
      : `mean score of ${episodes} episodes of each policy in the environment of each peer:`,
    ...columns([header, ...peers.map(row), means, ...all.map(row)], `l${'r'.repeat(header.length - 1)}`),
    `Each in its own environment: ${figure(ownMean)}.`,
    'mean: of the mean of all parameters; logits: of the mean of all logits.'
  ]
}
