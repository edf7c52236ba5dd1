/** What a comparison comes to: its runs, who stands where, and what may be said of that. */
import type { Compared, Comparison } from './comparison.ts'
import { type ProblemStandings, standingsOf } from './standings.ts'
import { verdictOf } from './verdict.ts'

/** Plain data. */
export interface Findings extends Compared {
  readonly standings: readonly ProblemStandings[]
  /** A paragraph per problem. */
  readonly verdict: readonly string[]
  /** What holds in all of them; may be empty. */
  readonly inCommon: string
}

/** By the runs that are there. */
export function findingsOf(comparison: Comparison, runs: Compared['runs']): Findings {
  const standings = standingsOf(comparison, runs)
  const { paragraphs, inCommon } = verdictOf(comparison, standings)
  return { comparison, runs, standings, verdict: paragraphs, inCommon }
}
