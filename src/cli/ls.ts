/** `murmur ls`: the recorded runs of a folder, some of them, in some order, and its comparisons. */
import { existsSync } from 'node:fs'
import { styleText } from 'node:util'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import type { ListedComparison } from '../records/comparison-file.ts'
import { type ListedRun, listRecords, type RecordList } from '../records/list.ts'
import { columns, count, figure } from '../report/format.ts'

const FILTERS = ['status', 'environment', 'peers', 'learner', 'topology', 'aggregation'] as const
/** A column that runs are chosen by: a flag of the command. */
export type Filter = (typeof FILTERS)[number]

/** As commander gives them. */
export type ListOptions = Readonly<Partial<Record<Filter, string>>> & {
  readonly sort?: string
  readonly json?: true
}

/**
 * Writes a table of the runs in `folder` and, unless some of the runs are asked for, one of its comparisons, or with `json` an object;
 * folders that hold neither are told on stderr.
 */
export function lsCommand(folder: string | undefined, { sort, json, ...wanted }: ListOptions): void {
  const order = sort === undefined ? undefined : orderBy(sort)
  if (wanted.peers !== undefined && !/^\d+$/.test(wanted.peers))
    throw new ExperimentError(`--peers: must be a number, not "${wanted.peers}"`)
  const { runs: all, comparisons: recorded, broken } = recordsOf(folder)
  const comparisons = FILTERS.some(name => wanted[name] !== undefined) ? [] : recorded
  const filters = FILTERS.map(name => filterOf(all, name, wanted[name]))
  const chosen = all.filter(run => filters.every(isChosen => isChosen(run)))
  const runs = order === undefined ? chosen : chosen.toSorted(order)
  for (const reason of broken) process.stderr.write(`murmur: ${reason}\n`)
  if (json) process.stdout.write(`${JSON.stringify({ runs, comparisons })}\n`)
  else if (runs.length > 0 || comparisons.length > 0) {
    const tables = [
      ...(runs.length > 0 ? [table(runs)] : []),
      ...(comparisons.length > 0 ? [comparisonTable(comparisons)] : [])
    ]
    process.stdout.write(tables.join('\n'))
  } else if (all.length > 0)
    process.stderr.write(`none of the ${all.length} runs in ${folder ?? 'runs/'} is such\n`)
  else process.stderr.write(`no runs in ${folder ?? 'runs/'} yet; murmur run records one\n`)
}

/** The standard folder may be missing until the first run. */
function recordsOf(folder: string | undefined): RecordList {
  return folder === undefined && !existsSync('runs')
    ? { runs: [], comparisons: [], broken: [] }
    : listRecords(folder ?? 'runs')
}

interface Column {
  readonly heading: string
  /** What runs are ordered by; null for what a run has not. */
  readonly value: (run: ListedRun) => string | number | null
  /** What is shown, unless it is the value. */
  readonly cell?: (run: ListedRun) => string
}

const COLUMNS: readonly Column[] = [
  { heading: 'run', value: run => run.id },
  { heading: 'status', value: run => run.status },
  { heading: 'environment', value: run => run.environment },
  { heading: 'peers', value: run => run.peers, cell: run => String(run.peers) },
  { heading: 'learner', value: run => run.learner },
  { heading: 'topology', value: run => run.topology },
  { heading: 'aggregation', value: run => run.aggregation },
  {
    heading: 'rounds',
    value: run => run.round,
    cell: ({ round, rounds }) => (round === rounds ? String(round) : `${round}/${rounds}`)
  },
  { heading: 'value error', value: run => run.swarm?.valueError ?? null },
  { heading: 'return', value: run => run.swarm?.return ?? null },
  { heading: 'consensus', value: run => run.swarm?.consensusError ?? null }
]

/** Columns of words; the others are of numbers, flushed right. */
const WORDS: readonly string[] = ['run', 'status', 'environment', 'learner', 'topology', 'aggregation']

/**
 * Chooses runs that have just `word` in the column; where none of `all` has, those that contain it, which a number never
 * does. What other filters leave of `all` makes no difference.
 */
function filterOf(
  all: readonly ListedRun[],
  name: Filter,
  word: string | undefined
): (run: ListedRun) => boolean {
  if (word === undefined) return () => true
  const isExact = (run: ListedRun): boolean => String(run[name] ?? '') === word
  return name === 'peers' || all.some(isExact) ? isExact : run => String(run[name] ?? '').includes(word)
}

/** `rounds`, or `-rounds` from the largest; runs that have no such figure come last either way. */
function orderBy(word: string): (one: ListedRun, other: ListedRun) => number {
  const isDescending = word.startsWith('-')
  const name = isDescending ? word.slice(1) : word
  const column = COLUMNS.find(({ heading }) => flagWord(heading) === flagWord(name))
  if (column === undefined) {
    const names = COLUMNS.map(({ heading }) => flagWord(heading))
    throw new ExperimentError(`--sort: unknown column "${name}"${allowed(name, names)}`)
  }
  return (one, other) => {
    const [a, b] = [column.value(one), column.value(other)]
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    const sign = a < b ? -1 : a > b ? 1 : 0
    return isDescending ? -sign : sign
  }
}

const flagWord = (heading: string): string => heading.replaceAll(' ', '-')

/** Without the columns in which no run has anything. */
function table(runs: readonly ListedRun[]): string {
  const shown = COLUMNS.filter(({ value }) => runs.some(run => value(run) !== null))
  const alignment = shown.map(({ heading }) => (WORDS.includes(heading) ? 'l' : 'r')).join('')
  const cells = runs.map(run => shown.map(column => cellOf(column, run)))
  return withBoldHead(columns([shown.map(({ heading }) => heading), ...cells], alignment))
}

function comparisonTable(comparisons: readonly ListedComparison[]): string {
  const rows = comparisons.map(({ id, contenders, problems, seeds, done, runs, price, written }) => [
    id,
    count(contenders.length),
    count(problems.length),
    count(seeds.length),
    done === runs ? count(runs) : `${count(done)}/${count(runs)}`,
    price,
    `${written.slice(0, 16).replace('T', ' ')} UTC`
  ])
  const head = ['comparison', 'contenders', 'problems', 'seeds', 'runs', 'price', 'written']
  return withBoldHead(columns([head, ...rows], 'lrrrrll'))
}

const withBoldHead = ([head = '', ...rows]: readonly string[]): string =>
  `${[styleText('bold', head, { stream: process.stdout }), ...rows].join('\n')}\n`

function cellOf({ value, cell }: Column, run: ListedRun): string {
  if (cell !== undefined) return cell(run)
  const said = value(run)
  return typeof said === 'string' ? said : figure(said)
}
