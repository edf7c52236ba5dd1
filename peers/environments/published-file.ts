/**
 * The JSON form in which the problems of the SCAFFLSA paper's generator (Mangold et al. 2024) are passed on: two
 * successors per state and action, `support[type][s][a]` = [i, j] with P(i) = `p0[peer][s][a]`; peer c has type
 * c mod the number of supports. Rewards per state, no noise, one action per state, episodes start anywhere.
 */

import { field, finite, items, type Place, record, refuse, whole } from '../../src/core/json-file.ts'
import { type FileTables, type PeerTables, readDiscount, readFeatures, transitionOf } from './file-schema.ts'
import { MAX_STATES, uniform } from './fleet-parts.ts'

export const isPublished = (place: Place): boolean => 'ns' in record(place)

export function readPublished(place: Place): FileTables {
  const states = whole(field(place, 'ns'), 1, MAX_STATES)
  const actions = whole(field(place, 'na'), 1, 1000)
  const peers = whole(field(place, 'N'), 1, 1_000_000)
  const supports = items(field(place, 'support')).map(support =>
    items(support, states, 'state').flatMap(row =>
      items(row, actions, 'action').map(cell => {
        const [i, j] = items(cell, 2, 'successor')
        if (!i || !j) return refuse(cell, 'two successors')
        return [whole(i, 0, states - 1), whole(j, 0, states - 1)] as const
      })
    )
  )
  if (supports.length === 0) refuse(field(place, 'support'), 'a list of at least one support')
  const rewards = items(field(place, 'rewards'), peers, 'peer')
  const policy = new Float64Array(states * actions)
  items(field(place, 'policy_action'), states, 'state').forEach((action, s) => {
    policy[s * actions + whole(action, 0, actions - 1)] = 1
  })
  return {
    states,
    actions,
    discount: readDiscount(field(place, 'gamma')),
    features: readFeatures(field(place, 'features'), states),
    policy,
    reset: uniform(states),
    evaluation: uniform(states),
    noise: { kind: 'none' },
    peers: items(field(place, 'p0'), peers, 'peer').map((table, c): PeerTables => {
      const type = c % supports.length
      const cells = items(table, states, 'state').flatMap(row => items(row, actions, 'action'))
      return {
        label: undefined,
        type,
        copies: 1,
        transitions: cells.map((cell, k) => {
          const first = finite(cell, 0, 1)
          const [i, j] = supports[type]![k]!
          return transitionOf(cell, [
            [i, first],
            [j, 1 - first]
          ])
        }),
        rewards: Float64Array.from(
          items(rewards[c]!, states, 'state').flatMap(mean => new Array<number>(actions).fill(finite(mean)))
        )
      }
    })
  }
}
