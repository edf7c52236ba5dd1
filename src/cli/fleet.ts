/** `murmur fleet`: the peers' environments and what can be computed exactly of them, on stdout. */
import {
  type ExactValues,
  exactValues,
  heterogeneity,
  linearSystem,
  ONE_STEP,
  optimalValues
} from '../../peers/environments/exact.ts'
import { linearValues } from '../../peers/learners/values.ts'
import { parameterMatrix } from '../core/parameter-matrix.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Fleet, PeerErrors, SimulatedFleet, ValueTarget } from '../interfaces.ts'
import { judgeOf } from '../metrics/judge.ts'
import { columns, count, figure } from '../report/format.ts'
import { commonPoliciesJson, commonPolicyLines } from './common-policies.ts'
import { simulatedFleetJson, simulatedFleetText } from './simulated-fleet.ts'

/** More peers than this are left to `--json`. */
const LISTED_PEERS = 24

/** What a fleet was made from. */
export type Source = Pick<Experiment, 'environment' | 'placement' | 'seed'>

/**
 * Writes a table, or with `json` everything that another program needs to check it. Systems and solutions are those of learners
 * that move towards `target`.
 */
export function fleetCommand(
  fleet: Fleet | SimulatedFleet,
  source: Source,
  json: boolean,
  target = ONE_STEP
): void {
  if (fleet.kind === 'simulated') {
    const listed = Math.min(fleet.peers, LISTED_PEERS)
    process.stdout.write(
      json ? `${JSON.stringify(simulatedFleetJson(fleet, source))}\n` : simulatedFleetText(fleet, listed)
    )
    return
  }
  for (const part of json ? jsonOf(fleet, source, target) : [textOf(fleet, target)])
    process.stdout.write(part)
}

function textOf(fleet: Fleet, target: ValueTarget): string {
  const { peers, states, actions, discount, features, noise } = fleet
  const exact = exactValues(fleet, target)
  const { transitions, actionTransitions, rewards } = heterogeneity(fleet)
  const listed = Math.min(peers, LISTED_PEERS)
  const scatter = noise.kind === 'uniform' ? `uniform ±${noise.halfWidth}` : noise.kind
  return [
    `${fleet.name}: ${count(peers)} peers, ${count(states)} states, ${count(actions)} actions, discount ${discount}, reward noise ${scatter}`,
    `features: ${features.kind === 'one-hot' ? 'one-hot' : 'linear'}, d = ${count(features.count)}`,
    transitions === null
      ? 'transition heterogeneity ε_P: not computed for so many peers'
      : `transition heterogeneity ε_P = ${figure(transitions)} under the policy, ${figure(actionTransitions)} over all actions`,
    `reward heterogeneity ε_r = ${figure(rewards)}`,
    '',
    ...columns(
      [
        [
          'peer',
          'environment',
          'type',
          'return',
          'best',
          'V from',
          'to',
          '‖θ_i*−θ*‖',
          'error of θ_i*',
          'of θ*'
        ],
        ...peerRows(fleet, exact, listed, target)
      ],
      'rlrrrrrrrr'
    ),
    ...(peers > listed ? [`and ${count(peers - listed)} more: --json lists all`] : []),
    '',
    'return and best: Σ ρ(s) V(s) of the evaluated policy and of the best one.',
    "error: the value error in the peer's own environment, of its own solution θ_i* and of the federation's θ*.",
    ...commonPolicyLines(fleet),
    ''
  ].join('\n')
}

/** Rows of the table for the first `listed` peers. */
function peerRows(fleet: Fleet, exact: ExactValues, listed: number, target: ValueTarget): string[][] {
  const { peers, states, evaluation, features } = fleet
  const best = optimalValues(fleet)
  const judge = judgeOf(fleet, linearValues, { target })
  const at = (solutionOf: (i: number) => Float64Array): PeerErrors => {
    const theta = parameterMatrix(peers, features.count)
    for (let i = 0; i < peers; i++) theta.values.set(solutionOf(i), i * theta.stride)
    return judge.measure(theta).peers
  }
  const own = at(i => exact.solutions.subarray(i * exact.stride, (i + 1) * exact.stride))
  const common = at(() => exact.solution)
  return Array.from({ length: listed }, (_, i) => {
    const values = exact.values.subarray(i * states, (i + 1) * states)
    const under = (v: Float64Array): number => v.reduce((sum, value, s) => sum + evaluation[s]! * value, 0)
    return [
      String(i),
      fleet.labels[i]!,
      String(fleet.types[i]),
      figure(under(values)),
      figure(under(best.subarray(i * states, (i + 1) * states))),
      figure(Math.min(...values)),
      figure(Math.max(...values)),
      figure(own.fixedPointError?.[i]),
      figure(own.valueError?.[i]),
      figure(common.valueError?.[i])
    ]
  })
}

/** One object, peer by peer, so that the systems of a large fleet are never held together. */
function* jsonOf(
  fleet: Fleet,
  { environment, placement, seed }: Source,
  target: ValueTarget
): Generator<string> {
  const { peers, states, actions, features, discount, noise } = fleet
  const exact = exactValues(fleet, target)
  const best = optimalValues(fleet)
  const { transitions, actionTransitions, rewards } = heterogeneity(fleet)
  const head = {
    environment,
    placement,
    seed,
    peers,
    states,
    actions,
    discount,
    noise,
    features: features.kind === 'one-hot' ? features.kind : matrix(features.table, 0, states, features),
    policy: matrix(fleet.policy, 0, states, { count: actions, stride: actions }),
    reset: [...fleet.reset],
    evaluation: [...fleet.evaluation],
    epsilonP: transitions,
    epsilonPActions: actionTransitions,
    epsilonR: rewards,
    target,
    thetaStar: [...exact.solution.subarray(0, features.count)],
    ...commonPoliciesJson(fleet)
  }
  yield `${JSON.stringify(head).slice(0, -1)},"fleet":[`
  for (let i = 0; i < peers; i++)
    yield `${i > 0 ? ',' : ''}\n${JSON.stringify(peerObject(fleet, exact, best, i, target))}`
  yield '\n]}\n'
}

function peerObject(
  fleet: Fleet,
  exact: ExactValues,
  best: Float64Array,
  i: number,
  target: ValueTarget
): object {
  const { states, actions, branching, successors, probabilities, features } = fleet
  const d = features.count
  const a = new Float64Array(d * d)
  const b = new Float64Array(d)
  const stationary = exact.stationary.subarray(i * states, (i + 1) * states)
  linearSystem(fleet, i, stationary, a, b, target)
  const outcomes = (s: number, action: number): [number, number][] => {
    const first = ((i * states + s) * actions + action) * branching
    return Array.from({ length: branching }, (_, k): [number, number] => [
      successors[first + k]!,
      probabilities[first + k]!
    ]).filter(([, probability]) => probability > 0)
  }
  return {
    peer: i,
    environment: fleet.labels[i],
    type: fleet.types[i],
    transitions: Array.from({ length: states }, (_, s) =>
      Array.from({ length: actions }, (_, action) => outcomes(s, action))
    ),
    rewards: matrix(fleet.rewards, i * states * actions, states, { count: actions, stride: actions }),
    stationary: [...stationary],
    values: [...exact.values.subarray(i * states, (i + 1) * states)],
    optimalValues: [...best.subarray(i * states, (i + 1) * states)],
    A: matrix(a, 0, d, { count: d, stride: d }),
    b: [...b],
    thetaStar: [...exact.solutions.subarray(i * exact.stride, i * exact.stride + d)]
  }
}

/** Rows of `count` numbers that begin `stride` apart, the first at `from`. */
function matrix(
  values: Float64Array,
  from: number,
  rows: number,
  { count, stride }: { readonly count: number; readonly stride: number }
): number[][] {
  return Array.from({ length: rows }, (_, r) => [
    ...values.subarray(from + r * stride, from + r * stride + count)
  ])
}
