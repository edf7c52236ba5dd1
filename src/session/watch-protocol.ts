/** What crosses between the thread that reads a record and the one that shows it: plain data only; commands as to a run. */
import type { PlainError } from '../core/errors.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { SessionNews } from './protocol.ts'
import type { RivalsRequest } from './rivals-protocol.ts'

export type WatchEvent =
  | SessionNews
  /** The rivals are to begin, or to begin anew: what was told to them is void. */
  | { readonly kind: 'compare'; readonly request: RivalsRequest }
  /** The run that is followed took a command. */
  | { readonly kind: 'learned'; readonly event: FaultEvent }
  /**
   * What this peer knows is to be told, of the run and of `none`. `request`, if there is one: what the run, and it alone, is
   * known to have gone through by now.
   */
  | { readonly kind: 'asked'; readonly peer: number; readonly request: RivalsRequest | undefined }
  | { readonly kind: 'failed'; readonly error: PlainError }
