/**
 * A figure of a paper, or of ours, that anyone can compute again: its settings are split into *cells*, each computed on its own and
 * kept; from what the cells found follow the verdicts on the claims, and what is drawn. Everything between them is plain data.
 */
import type { Cell } from '../cells/compute.ts'
import type { Panel } from '../drawing/panel.ts'

/** Where a reference comes from: the text of the paper, one of its drawings, or its formulas and generator, computed. */
export type Source = 'published' | 'read off' | 'derived'

/** What a number should be. */
export interface Expectation {
  /** null where only an order or a sign is claimed. */
  readonly reference: number | null
  readonly source: Source
  readonly low: number
  readonly high: number
  /** low and high in words. */
  readonly allowed: string
}

/** One number of ours beside what it should be. */
export interface Check extends Expectation {
  /** At most 30 characters. */
  readonly what: string
  readonly ours: number
}

export interface Claim {
  readonly claim: string
  readonly checks: readonly Check[]
}

export interface Done<S, R> {
  readonly settings: S
  readonly result: R
}

/** Numbers to be read beside each other, as words; a row of one cell is a heading of those below it. */
export interface Table {
  /** What the columns are. */
  readonly legend: string
  readonly header: readonly (readonly string[])[]
  readonly rows: readonly (readonly string[])[]
}

/** What the cells of a figure say together. */
export interface Findings {
  readonly claims: readonly Claim[]
  readonly panels: readonly Panel[]
  readonly table?: Table
  /** What else is worth saying, one sentence each. */
  readonly notes: readonly string[]
}

export interface Figure<S = unknown, R = unknown> {
  readonly name: string
  /** One sentence. */
  readonly title: string
  readonly paper: string
  /** One sentence each; `quick` is the form that ends within seconds. */
  settings(quick: boolean): readonly string[]
  cells(quick: boolean): readonly Cell<S>[]
  /** The same for the same settings, on any thread and machine. */
  compute(settings: S): R | Promise<R>
  judge(done: readonly Done<S, R>[], quick: boolean): Findings
}

/** What came of the cells with these settings, as far as they are said. */
export const resultsOf = <S extends object, R>(done: readonly Done<S, R>[], part: Partial<S>): R[] =>
  done.filter(({ settings }) => isOf(settings, part)).map(({ result }) => result)

/** The same of the first such cell; undefined if there is none. */
export const resultOf = <S extends object, R>(done: readonly Done<S, R>[], part: Partial<S>): R | undefined =>
  done.find(({ settings }) => isOf(settings, part))?.result

const isOf = <S extends object>(settings: S, part: Partial<S>): boolean =>
  Object.entries(part).every(([key, value]) => settings[key as keyof S] === value)

export const isMet = ({ ours, low, high }: Check): boolean => ours >= low && ours <= high

export const holds = ({ checks }: Claim): boolean => checks.length > 0 && checks.every(isMet)
