/**
 * What is said on which topic. A participant who always speaks to the same others has one topic, to which they subscribe.
 * Where its receivers change from round to round or from hop to hop, or are told different things, it has a topic for each
 * of them: what is published goes to all who subscribe.
 */
import { receiversOf } from '../../core/links.ts'
import type { NetworkPlan } from '../../interfaces.ts'
import { topicOf } from './identity.ts'

export interface Topic {
  readonly name: string
  /** Nobody else may speak on it. */
  readonly publisher: number
  /** Who subscribes to it. */
  readonly audience: readonly number[]
}

/** One message of a hop, and the ways that it goes. */
interface Utterance {
  readonly sender: number
  /** Its row of the outbox. */
  readonly row: number
  readonly ways: readonly Way[]
}

/** A topic, and the links of the hop that it serves. */
interface Way {
  readonly topic: Topic
  readonly links: readonly number[]
}

interface Speech {
  /** Per participant: the topics on which it speaks. */
  readonly topics: readonly (readonly Topic[])[]
  /** Per hop: what may be said. */
  readonly hops: readonly (readonly Utterance[])[]
}

/** All topics of a plan, and what is said on them. */
export function speechOf(plan: NetworkPlan, swarm: string): Speech {
  const everybody = Array.from({ length: plan.participants }, (_, p) => p)
  const receivers = plan.hops.map(receiversOf)
  /** Per hop and sender: its links. */
  const links = plan.hops.map(({ senders }) => Map.groupBy(senders.keys(), k => senders[k]!))
  const audiences = everybody.map(
    p => new Set(links.flatMap((bySender, hop) => (bySender.get(p) ?? []).map(k => receivers[hop]![k]!)))
  )

  function speaksToAllAlike(p: number): boolean {
    if (plan.perLink || plan.uses !== undefined) return false
    return links.every(bySender => (bySender.get(p)?.length ?? audiences[p]!.size) === audiences[p]!.size)
  }

  const topics = everybody.map((p): readonly Topic[] => {
    const audience = [...audiences[p]!]
    if (audience.length === 0) return []
    if (speaksToAllAlike(p)) return [{ name: topicOf(swarm, p), publisher: p, audience }]
    return audience.map(q => ({ name: topicOf(swarm, p, q), publisher: p, audience: [q] }))
  })

  function waysOf(sender: number, hop: number, own: readonly number[]): Way[] {
    return topics[sender]!.map(topic => ({
      topic,
      links: own.filter(k => topic.audience.includes(receivers[hop]![k]!))
    })).filter(way => way.links.length > 0)
  }

  const hops = links.map((bySender, hop) =>
    [...bySender].flatMap(([sender, own]): Utterance[] => {
      const ways = waysOf(sender, hop, own)
      if (!plan.perLink) return [{ sender, row: sender, ways }]
      return ways.map(way => ({ sender, row: way.links[0]!, ways: [way] }))
    })
  )
  return { topics, hops }
}
