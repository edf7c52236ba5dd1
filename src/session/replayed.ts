/**
 * A run that is followed, gone through again for what its peers know. When more of its messages turn out to have been
 * missing it is gone through from the beginning, but not before the last question is answered: so there are answers.
 */
import { type Beside, startRivals } from './beside.ts'
import type { SessionNews } from './protocol.ts'
import type { RivalsRequest } from './rivals-protocol.ts'

export interface Replayed {
  /** Asks for a peer after `round` rounds of the run; replaces a question that waits. */
  inspect(request: RivalsRequest, peer: number, round: number): void
  /** Ends its thread at once. */
  terminate(): Promise<void>
}

/** `onNews` is told `inspected`, and notes. */
export function startReplayed(onNews: (news: SessionNews) => void): Replayed {
  let begun: { readonly request: RivalsRequest; readonly run: Beside } | undefined
  /** What the last question is still to be answered by. */
  const awaited = new Set<SessionNews['kind']>()
  let waiting: (() => void) | undefined

  function hear(news: SessionNews): void {
    if (news.kind !== 'rivals') onNews(news)
    if (awaited.delete(news.kind) && awaited.size === 0) waiting?.()
  }

  function inspect(request: RivalsRequest, peer: number, round: number): void {
    if (awaited.size > 0) {
      waiting = () => inspect(request, peer, round)
      return
    }
    waiting = undefined
    if (begun?.request !== request) {
      void begun?.run.terminate()
      begun = { request, run: startRivals({ ...request, names: [] }, hear) }
    }
    awaited.add('rivals').add('inspected')
    begun.run.advance(round)
    begun.run.inspect(request.experiment.aggregation, peer)
  }

  return {
    inspect,
    async terminate() {
      waiting = undefined
      await begun?.run.terminate()
    }
  }
}
