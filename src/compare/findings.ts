/** What a comparison comes to: its runs, who stands where, and what may be said of that. */
import type { Compared, Comparison, ComparisonOutcome } from './comparison.ts'
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

/** All that came out of a comparison, with what it comes to: what is printed, and what a page tells. */
export interface JudgedOutcome extends Findings, Pick<ComparisonOutcome, 'leftOut'> {
  readonly tuned: Findings | null
  readonly modelled: Findings | null
}

/** By the runs that were kept. */
export function judged({ comparison, runs, leftOut, tuned, modelled }: ComparisonOutcome): JudgedOutcome {
  const again = (part: Compared | null): Findings | null => part && findingsOf(part.comparison, part.runs)
  return { ...findingsOf(comparison, runs), leftOut, tuned: again(tuned), modelled: again(modelled) }
}

/** The same without the runs. */
export function withoutRuns({ runs: _, tuned, modelled, ...rest }: JudgedOutcome): object {
  const less = (part: Findings | null): object | null => {
    if (part === null) return null
    const { runs: __, ...others } = part
    return others
  }
  return { ...rest, tuned: less(tuned), modelled: less(modelled) }
}
