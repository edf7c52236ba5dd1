/** What `murmur fleet` says of the best policies that all peers share, where these are known: small environments. */
import { bestDeterministic, bestStochastic, type CommonPolicy } from '../../peers/environments/exact.ts'
import type { Fleet } from '../interfaces.ts'
import { columns, figure } from '../report/format.ts'

/** More types, states or actions than these are left to `--json`. */
const LISTED = 8

interface CommonPolicies {
  readonly deterministic: CommonPolicy
  readonly stochastic: CommonPolicy
}

/** Undefined where there is nothing to choose from, or too much to enumerate. */
function commonPoliciesOf(fleet: Fleet): CommonPolicies | undefined {
  const deterministic = fleet.actions > 1 ? bestDeterministic(fleet) : undefined
  return deterministic && { deterministic, stochastic: bestStochastic(fleet, deterministic) }
}

/** A table of their returns, and where the stochastic one mixes actions; no lines where they are not known. */
export function commonPolicyLines(fleet: Fleet): string[] {
  const found = commonPoliciesOf(fleet)
  if (!found) return []
  const types = [...new Set(fleet.types)].sort((a, b) => a - b)
  const listed = types.length > 1 ? types.slice(0, LISTED) : []
  const row = (name: string, common: CommonPolicy): string[] => [
    name,
    figure(common.mean),
    ...listed.map(type => figure(returnOfType(fleet, common, type)))
  ]
  return [
    '',
    ...columns(
      [
        ['best policy for all', 'return', ...listed.map(type => `of type ${type}`)],
        row('deterministic', found.deterministic),
        row('stochastic', found.stochastic)
      ],
      `l${'r'.repeat(1 + listed.length)}`
    ),
    ...mixingLines(fleet, found.stochastic)
  ]
}

/** The same for `--json`: policies by state and action, returns by peer. */
export function commonPoliciesJson(fleet: Fleet): object {
  const found = commonPoliciesOf(fleet)
  if (!found) return {}
  const json = ({ policy, mean, returns }: CommonPolicy): object => ({
    policy: rowsOf(fleet, policy),
    return: mean,
    returns: [...returns]
  })
  return {
    commonPolicies: { deterministic: json(found.deterministic), stochastic: json(found.stochastic) }
  }
}

function returnOfType({ types }: Fleet, { returns }: CommonPolicy, type: number): number {
  const own = returns.filter((_, i) => types[i] === type)
  return own.reduce((sum, value) => sum + value, 0) / own.length
}

/** One line per state in which more than one action is taken. */
function mixingLines(fleet: Fleet, { policy }: CommonPolicy): string[] {
  if (fleet.actions > LISTED) return []
  return rowsOf(fleet, policy)
    .map((row, s) => ({ row, s }))
    .filter(({ row }) => Math.max(...row) < 1)
    .slice(0, LISTED)
    .map(
      ({ row, s }) =>
        `in state ${s} the stochastic one takes actions 0 to ${row.length - 1} with ${row.map(figure).join(', ')}`
    )
}

const rowsOf = ({ states, actions }: Fleet, policy: Float64Array): number[][] =>
  Array.from({ length: states }, (_, s) => [...policy.subarray(s * actions, (s + 1) * actions)])
