/**
 * The evaluated policy folded into the transitions: an *outcome* of state s is an action with one of its successors,
 * drawn with probability π(a|s) p(s'|s, a). What the TD kernel walks.
 */
import type { Fleet } from '../../src/interfaces.ts'
import { type AliasTables, aliasTables, fillAliasTable } from './alias-table.ts'

/** Row `i * states + s` of the alias tables, `next` and `rewards` belongs to state s of peer i. */
export interface OutcomeTables {
  readonly alias: AliasTables
  readonly next: Uint16Array
  readonly rewards: Float64Array
}

/** Folds `fleet.policy` into the fleet's transitions; outcomes of probability 0 are left out. */
export function outcomeTables(fleet: Fleet): OutcomeTables {
  const { peers, states, actions, branching, policy, probabilities, successors, rewards } = fleet
  const alias = aliasTables(peers * states, mostOutcomes(fleet))
  const columns = 1 << alias.bits
  const tables = {
    alias,
    next: new Uint16Array(peers * states * columns),
    rewards: new Float64Array(peers * states * columns)
  }
  const mass = new Float64Array(columns)
  for (let row = 0; row < peers * states; row++) {
    const s = row % states
    let count = 0
    for (let a = 0; a < actions; a++) {
      for (let k = 0; k < branching; k++) {
        const at = (row * actions + a) * branching + k
        const probability = policy[s * actions + a]! * probabilities[at]!
        if (probability === 0) continue
        mass[count] = probability
        tables.next[row * columns + count] = successors[at]!
        tables.rewards[row * columns + count] = rewards[row * actions + a]!
        count++
      }
    }
    fillAliasTable(alias, row, mass, 0, count)
  }
  return tables
}

function mostOutcomes({ peers, states, actions, branching, policy, probabilities }: Fleet): number {
  let most = 0
  for (let row = 0; row < peers * states; row++) {
    let count = 0
    for (let a = 0; a < actions; a++) {
      if (policy[(row % states) * actions + a] === 0) continue
      for (let k = 0; k < branching; k++) if (probabilities[(row * actions + a) * branching + k]! > 0) count++
    }
    most = Math.max(most, count)
  }
  return most
}
