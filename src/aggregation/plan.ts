/** The plans of aggregations whose messages go over the graph. */
import { doubles } from '../core/payload.ts'
import type { Mixing, NetworkPlan } from '../interfaces.ts'

/**
 * Every hop of a round goes over the links that the round uses, once if nothing else is said. A message is a row of θ unless
 * `more` says otherwise.
 */
export function planOver(
  mixing: Mixing,
  parameters: number,
  { hops = 1, ...more }: Partial<Omit<NetworkPlan, 'hops' | 'participants'>> & { readonly hops?: number } = {}
): NetworkPlan {
  const { links, period } = mixing
  return {
    participants: links.participants,
    hops: Array.from({ length: hops }, () => links),
    payload: doubles(parameters),
    perLink: false,
    flows: false,
    ...(period === 1 ? {} : { uses: (round: number) => mixing.uses(round) }),
    ...more
  }
}
