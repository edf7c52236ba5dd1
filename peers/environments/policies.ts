/**
 * The policy that TD evaluates, one for all peers: uniform; one random action per state; ε-greedy, which takes the best action
 * of the *mean* environment (P̄ = Σ P_i / N, r̄ = Σ r_i / N, solved exactly) with probability 1 − ε and any action else; or a
 * table from a file.
 */
import { z } from 'zod'
import { readJson } from '../../src/core/json-file.ts'
import { nextBelow, SWARM, stream } from '../../src/core/random.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { readPolicy } from './file-schema.ts'
import { greedyActions, optimalValues } from './optimal.ts'

/** The options `policy` and `epsilon`. */
export const policyOptions = {
  policy: z
    .string()
    .regex(
      /^(uniform|deterministic|epsilon-greedy|.+\.json)$/,
      "must be 'uniform', 'deterministic', 'epsilon-greedy' or the path of a table, as in 'policy.json'"
    )
    .default('uniform')
    .describe(
      'the policy that TD evaluates: also the path of a JSON file, per state an action or probabilities'
    ),
  epsilon: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('how often an epsilon-greedy policy takes any action instead of the best')
}

/** What those options are once they are read. */
export interface PolicyOptions {
  readonly policy: string
  readonly epsilon: number
}

/** The fleet with the policy that the options say. */
export function withPolicy(
  fleet: Omit<Fleet, 'policy'>,
  { policy, epsilon }: PolicyOptions,
  seed: string
): Fleet {
  const { name, states, actions } = fleet
  const table = new Float64Array(states * actions)
  if (policy === 'uniform') return { ...fleet, policy: table.fill(1 / actions) }
  if (policy === 'deterministic') {
    const random = stream(seed, SWARM, `${name}/policy`)
    for (let s = 0; s < states; s++) table[s * actions + nextBelow(random, actions)] = 1
    return { ...fleet, policy: table }
  }
  if (policy === 'epsilon-greedy') {
    const mean = meanEnvironment({ ...fleet, policy: table })
    table.fill(epsilon / actions)
    greedyActions(mean, 0, optimalValues(mean)).forEach((a, s) => {
      table[s * actions + a] = 1 - epsilon + epsilon / actions
    })
    return { ...fleet, policy: table }
  }
  return { ...fleet, policy: readPolicy(readJson(policy), states, actions) }
}

/** A fleet of one peer: P̄ and r̄ of all. */
function meanEnvironment(fleet: Fleet): Fleet {
  const { peers, states, actions, branching } = fleet
  const pairs = states * actions
  const rewards = new Float64Array(pairs)
  const rows: (readonly [number, number])[][] = []
  for (let pair = 0; pair < pairs; pair++) {
    const masses = new Map<number, number>()
    let reward = 0
    for (let i = 0; i < peers; i++) {
      const at = i * pairs + pair
      reward += fleet.rewards[at]!
      for (let k = at * branching; k < (at + 1) * branching; k++) {
        const mass = fleet.probabilities[k]!
        const next = fleet.successors[k]!
        if (mass > 0) masses.set(next, (masses.get(next) ?? 0) + mass)
      }
    }
    rewards[pair] = reward / peers
    rows.push([...masses])
  }
  const widest = rows.reduce((most, row) => Math.max(most, row.length), 1)
  const successors = new Uint16Array(pairs * widest)
  const probabilities = new Float64Array(pairs * widest)
  rows.forEach((row, pair) => {
    row.forEach(([next, mass], k) => {
      successors[pair * widest + k] = next
      probabilities[pair * widest + k] = mass / peers
    })
  })
  return { ...fleet, peers: 1, branching: widest, successors, probabilities, rewards }
}
