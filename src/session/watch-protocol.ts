/** What crosses between the thread that reads a record and the one that shows it: plain data only; commands as to a run. */
import type { PlainError } from '../core/errors.ts'
import type { Past } from '../faults/schedule.ts'
import type { SessionNews } from './protocol.ts'
import type { RivalsRequest } from './rivals-protocol.ts'

export type WatchEvent =
  | SessionNews
  /** The rivals are to begin, or to begin anew: what was told to them is void. */
  | { readonly kind: 'compare'; readonly request: RivalsRequest }
  /** What the run that is followed has gone through since. */
  | { readonly kind: 'learned'; readonly past: Past }
  | { readonly kind: 'failed'; readonly error: PlainError }
