/** Plans of exchanges, as clocks are given them. */
import { linksOf } from '../../src/core/links.ts'
import { doubles } from '../../src/core/payload.ts'
import type { Links, NetworkPlan } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'

/** Each hears the one before it. */
export const directedRing = (peers: number): Links =>
  linksOf({ neighbours: range(peers).map(i => [(i + peers - 1) % peers]) })

/** One exchange over these links, unless `more` says otherwise. */
export const planOf = (links: Links, more: Partial<NetworkPlan> = {}): NetworkPlan => ({
  participants: links.participants,
  hops: [links],
  payload: doubles(1),
  perLink: false,
  flows: false,
  ...more
})
