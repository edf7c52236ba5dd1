/** What is known of a comparison while it is computed: plain data, of which everything on its screen is drawn. */
import type { Metric } from '../../interfaces.ts'
import type { Estimate } from '../../statistics/estimate.ts'

/** What is computed: all with the step size that is given, all with several of them, or each with its best; or measured runs as models. */
export type Phase = 'given' | 'modelled' | 'tuning' | 'tuned'

/** What curves can be drawn over. */
export const HORIZONTALS = ['rounds', 'samples', 'busiestBytes', 'seconds'] as const
/** One of them. */
export type Horizontal = (typeof HORIZONTALS)[number]

/** The mean over the seeds that are done, as columns with an entry per measured round; as far as all of them go. */
export type MeanCurve = Readonly<Record<Horizontal | 'values', Float64Array>>

/** A contender in the table, and its curve. */
export interface ContestRow {
  /** With its step size where contenders differ in it; unique within the problem. */
  readonly name: string
  /** Which of the curves' letters and colours it has: the same in all phases. */
  readonly mark: number
  readonly rank: number | null
  readonly final: Estimate | null
  /** Of a whole run; null before one is done. */
  readonly busiestBytes: number | null
  readonly seconds: number | null
  /** Seeds that are done, and those of them with which it diverged. */
  readonly done: number
  readonly diverged: number
  readonly curve: MeanCurve
}

/** A problem, and how far its runs are. */
export interface ContestProblem {
  /** Empty if there is but one. */
  readonly label: string
  readonly metric: Metric
  /** Runs that are there, of all. */
  readonly done: number
  readonly cells: number
  /** The best first. */
  readonly rows: readonly ContestRow[]
}

/** All of it, at one moment. */
export interface ContestScene {
  readonly name: string
  readonly phase: Phase
  /** Which of the phases that there are; from 1 on. */
  readonly part: number
  readonly parts: number
  /** How many seeds each contender has. */
  readonly seeds: number
  /** The network in which seconds pass. */
  readonly price: string
  readonly isOver: boolean
  /** Of this phase. */
  readonly done: number
  readonly cells: number
  /** Of the work that had to be done, from 0 to 1. */
  readonly fraction: number
  /** Since all of it began. */
  readonly passedSeconds: number
  /** Of this phase; undefined while unknown. */
  readonly secondsToGo: number | undefined
  readonly problems: readonly ContestProblem[]
}
