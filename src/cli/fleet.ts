/** `murmur fleet`: the peers' environments and what can be computed exactly of them, on stdout. */
import {
  type ExactValues,
  exactValues,
  heterogeneity,
  linearSystem,
  optimalValues
} from '../../peers/environments/exact.ts'
import { valuesInto } from '../../peers/learners/td.ts'
import type { Fleet } from '../interfaces.ts'
import { columns, count, figure } from '../report/format.ts'

/** More peers than this are left to `--json`. */
const LISTED_PEERS = 24

/** Writes a table, or with `json` everything that another program needs to check it. */
export function fleetCommand(fleet: Fleet, options: { json?: boolean }): void {
  for (const part of options.json ? jsonOf(fleet) : [textOf(fleet)]) process.stdout.write(part)
}

function textOf(fleet: Fleet): string {
  const { peers, states, actions, discount, features, noise } = fleet
  const exact = exactValues(fleet)
  const best = optimalValues(fleet)
  const { transitions, actionTransitions, rewards } = heterogeneity(fleet)
  const listed = Math.min(peers, LISTED_PEERS)
  const rows = Array.from({ length: listed }, (_, i) => peerRow(fleet, exact, best, i))
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
        ...rows
      ],
      'rlrrrrrrrr'
    ),
    ...(peers > listed ? [`and ${count(peers - listed)} more: --json lists all`] : []),
    '',
    'return and best: Σ ρ(s) V(s) of the evaluated policy and of the best one.',
    "error: the value error in the peer's own environment, of its own solution θ_i* and of the federation's θ*.",
    ''
  ].join('\n')
}

function peerRow(fleet: Fleet, exact: ExactValues, best: Float64Array, i: number): string[] {
  const { states, evaluation, features } = fleet
  const values = exact.values.subarray(i * states, (i + 1) * states)
  const own = exact.solutions.subarray(i * exact.stride, (i + 1) * exact.stride)
  const valueError = (theta: Float64Array): number => {
    const estimate = new Float64Array(states)
    valuesInto(features, theta, 0, estimate)
    const squares = estimate.map(
      (v, s) => exact.stationary[i * states + s]! * (v - values[s]!) * (v - values[s]!)
    )
    return Math.sqrt(sum(squares))
  }
  return [
    String(i),
    fleet.labels[i]!,
    String(fleet.types[i]),
    figure(sum(values.map((v, s) => evaluation[s]! * v))),
    figure(sum(evaluation.map((mass, s) => mass * best[i * states + s]!))),
    figure(Math.min(...values)),
    figure(Math.max(...values)),
    figure(Math.sqrt(sum(own.map((x, j) => (x - exact.solution[j]!) * (x - exact.solution[j]!))))),
    figure(valueError(own)),
    figure(valueError(exact.solution))
  ]
}

/** One object, peer by peer, so that the systems of a large fleet are never held together. */
function* jsonOf(fleet: Fleet): Generator<string> {
  const { peers, states, actions, features, discount, noise } = fleet
  const exact = exactValues(fleet)
  const best = optimalValues(fleet)
  const { transitions, actionTransitions, rewards } = heterogeneity(fleet)
  const head = {
    environment: fleet.name,
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
    thetaStar: [...exact.solution.subarray(0, features.count)]
  }
  yield `${JSON.stringify(head).slice(0, -1)},"fleet":[`
  for (let i = 0; i < peers; i++)
    yield `${i > 0 ? ',' : ''}\n${JSON.stringify(peerObject(fleet, exact, best, i))}`
  yield '\n]}\n'
}

function peerObject(fleet: Fleet, exact: ExactValues, best: Float64Array, i: number): object {
  const { states, actions, branching, successors, probabilities, features } = fleet
  const d = features.count
  const a = new Float64Array(d * d)
  const b = new Float64Array(d)
  const stationary = exact.stationary.subarray(i * states, (i + 1) * states)
  linearSystem(fleet, i, stationary, a, b)
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

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)
