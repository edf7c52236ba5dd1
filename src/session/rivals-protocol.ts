/** What crosses between the thread of the rivals and the one that shows them: plain data only. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { PlainError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Past } from '../faults/schedule.ts'
import type { Outcome, SessionNews } from './protocol.ts'

export interface RivalsRequest {
  /** Of the run that they are compared with. */
  readonly experiment: Experiment
  /** What it has gone through so far. */
  readonly past: Past
}

export type RivalsOrder =
  /** Bring all to this round, which replaces a round that they are not at yet; answered by the news `rivals`. */
  | { readonly kind: 'advance'; readonly round: number }
  /** What the run has gone through since. */
  | { readonly kind: 'learn'; readonly past: Past }
  /** Answered by the news `inspected`, of the round that was asked for last. */
  | { readonly kind: 'inspect'; readonly aggregation: AggregationSpec; readonly peer: number }
  /** Bring all to the run's last round, if they are not past it; answered by `compared`. */
  | { readonly kind: 'finish'; readonly round: number }

export type RivalsReport =
  | Extract<SessionNews, { kind: 'rivals' | 'inspected' }>
  | { readonly kind: 'compared'; readonly compared: Compared }
  | { readonly kind: 'failed'; readonly error: PlainError }

/** What the outcome has of the rivals. */
export type Compared = Pick<Outcome, 'rivals' | 'divergedRivals'>
