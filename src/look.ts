/** What an onlooker sees of participants and links between two rounds. */
import { linkAfter } from './aggregation/neighbourhood.ts'
import { waysOf } from './core/links.ts'
import type { Outlook } from './faults/schedule.ts'
import { LINK, type Links, type Look, type NetworkPlan, PRESENCE } from './interfaces.ts'

/** As everything goes (`waysOf`). `silence`: per link of the only hop, exchanges since its last message; undefined where nobody knows. */
export function lookAt(
  plan: Pick<NetworkPlan, 'hops' | 'relays'>,
  outlook: Outlook,
  silence: ArrayLike<number> | undefined
): Look {
  const { presence, loss } = outlook
  return { presence, links: waysOf(plan).map(links => linksOf(links, outlook, silence)), loss }
}

function linksOf(
  { participants, rowStart, senders }: Links,
  { presence, isCut }: Outlook,
  silence: ArrayLike<number> | undefined
): Uint8Array {
  const states = new Uint8Array(senders.length)
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = senders[k]!
      if (presence[i] !== PRESENCE.here || presence[j] !== PRESENCE.here) states[k] = LINK.idle
      else if (isCut(j, i)) states[k] = LINK.cut
      else states[k] = linkAfter(silence?.[k] ?? 0)
    }
  }
  return states
}
