/** Copies: where relays pass messages on, further copies of what is already there are the price, and no trouble. */
import { type AggregationSpec, traitsOf } from '../aggregation/names.ts'
import type { Result } from '../session/protocol.ts'
import { count } from './format.ts'

/** What relaying costs, in a sentence; none where nothing was relayed. */
export function relayedInWords({ aggregation, traffic }: Pick<Result, 'aggregation' | 'traffic'>): string[] {
  if (traitsOf(aggregation).over !== 'mesh') return []
  const copies = traffic.dropped.duplicate ?? 0
  const first = traffic.messages - copies
  const each = first > 0 ? ` (${(traffic.messages / first).toFixed(2)} times what is needed)` : ''
  return [
    `${count(copies)} of ${count(traffic.messages)} messages were further copies that relays passed on${each}.`
  ]
}

/** What was dropped by reason, without those copies. */
export function withoutCopies<T>(
  aggregation: AggregationSpec,
  dropped: Readonly<Record<string, T>>
): Readonly<Record<string, T>> {
  if (traitsOf(aggregation).over !== 'mesh') return dropped
  const { duplicate: _, ...rest } = dropped
  return rest
}
