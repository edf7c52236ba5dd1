/**
 * Whether what somebody else's `build` returned is a fleet: every field there, of its type, as long as it must be, with probabilities
 * that sum to 1 and observations that are all written. What this passes cannot make the rest of the program stumble before the
 * first step; that steps stay finite is seen to by `finite-steps.ts`.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import { countOf, type Fields, fieldsOf, refuse, requireFields } from '../../src/core/fields.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import { stream } from '../../src/core/random.ts'

const FIELDS = ['name', 'peers', 'actions', 'discount', 'labels', 'types']
const FIELDS_OF_KIND = {
  finite: [
    'states',
    'branching',
    'successors',
    'probabilities',
    'rewards',
    'noise',
    'reset',
    'evaluation',
    'policy',
    'features'
  ],
  simulated: ['observations', 'episodeSteps', 'stepMs', 'properties', 'simulationOf']
} as const

/** Sums of probabilities are as exact as this. */
const TOLERANCE = 1e-9
/** Successors are listed in 16 bits. */
const MOST_STATES = 65_536

/** Throws an ExperimentError that says which field of these environments of `peers` peers is missing or not as it must be. */
export function checkEnvironments(made: unknown, peers: number, seed: string): void {
  const fleet = fieldsOf(made, 'build must return environments')
  const { kind } = fleet
  if (kind !== 'finite' && kind !== 'simulated') refuse('kind', "'finite' or 'simulated'", kind)
  requireFields(fleet, [...FIELDS, ...FIELDS_OF_KIND[kind]])
  if (typeof fleet.name !== 'string') refuse('name', 'text', fleet.name)
  if (fleet.peers !== peers) refuse('peers', `${peers}, as many as are asked for`, fleet.peers)
  const actions = countOf(fleet, 'actions')
  const { discount, labels } = fleet
  if (typeof discount !== 'number' || !(discount >= 0 && discount < 1))
    refuse('discount', 'a number from 0 up to, but not, 1', discount)
  if (!Array.isArray(labels) || labels.length !== peers || labels.some(label => typeof label !== 'string'))
    refuse('labels', `a list of ${peers} texts, one per peer`, labels)
  arrayOf(fleet, 'types', Int32Array, peers)
  if (kind === 'finite') checkTables(fleet, peers, actions)
  else checkSimulations(fleet, peers, seed)
}

function checkTables(fleet: Fields, peers: number, actions: number): void {
  const states = countOf(fleet, 'states', MOST_STATES)
  const branching = countOf(fleet, 'branching')
  const pairs = peers * states * actions
  const successors = arrayOf(fleet, 'successors', Uint16Array, pairs * branching)
  const beyond = successors.find(next => next >= states)
  if (beyond !== undefined) refuse('successors', `states below ${states}`, beyond)
  distributionsOf(fleet, 'probabilities', pairs, branching)
  finiteOf(fleet, 'rewards', pairs)
  distributionsOf(fleet, 'reset', 1, states)
  distributionsOf(fleet, 'evaluation', 1, states)
  distributionsOf(fleet, 'policy', states, actions)
  const noise = fieldsOf(fleet.noise, 'noise must be { kind: … }')
  if (noise.kind !== 'none' && noise.kind !== 'bernoulli' && noise.kind !== 'uniform')
    refuse('noise.kind', "'none', 'bernoulli' or 'uniform'", noise.kind)
  checkFeatures(fieldsOf(fleet.features, 'features must be what featuresOf returns'), states)
}

function checkFeatures(features: Fields, states: number): void {
  const { kind } = features
  if (kind !== 'one-hot' && kind !== 'table') refuse('features.kind', "'one-hot' or 'table'", kind)
  const count = countOf(features, 'count')
  if (kind === 'one-hot' && count !== states) refuse('features.count', `${states}, the states`, count)
  const stride = strideOf(count)
  if (features.stride !== stride) refuse('features.stride', `${stride}`, features.stride)
  finiteOf(features, 'table', kind === 'one-hot' ? 0 : states * stride)
}

function checkSimulations(fleet: Fields, peers: number, seed: string): void {
  const observations = countOf(fleet, 'observations')
  countOf(fleet, 'episodeSteps')
  const { stepMs, simulationOf } = fleet
  if (typeof stepMs !== 'number' || !(stepMs > 0 && stepMs < Number.POSITIVE_INFINITY))
    refuse('stepMs', 'a number above 0', stepMs)
  const properties = fieldsOf(fleet.properties, 'properties must be a map from names to columns; {} will do')
  for (const name of Object.keys(properties)) finiteOf(properties, name, peers, 'properties.')
  if (typeof simulationOf !== 'function') refuse('simulationOf', 'a function of a peer', simulationOf)
  const simulation = fieldsOf(
    Reflect.apply(simulationOf as () => unknown, fleet, [0]),
    'simulationOf(0) must return a simulation'
  )
  requireFields(simulation, ['state', 'reset', 'step'])
  const { state, reset, step } = simulation
  if (!(state instanceof Float64Array)) refuse('state of simulationOf(0)', 'a Float64Array', state)
  if (typeof reset !== 'function') refuse('reset of simulationOf(0)', 'a function', reset)
  if (typeof step !== 'function') refuse('step of simulationOf(0)', 'a function', step)
  const observation = new Float64Array(observations).fill(Number.NaN)
  Reflect.apply(reset as () => unknown, simulation, [stream(seed, 0, 'environment'), observation])
  const unwritten = observation.filter(x => !Number.isFinite(x)).length
  if (unwritten > 0)
    throw new ExperimentError(
      `reset leaves ${unwritten} of the ${observations} observations unwritten, or not finite`
    )
  const { terminated } = simulation
  if (terminated !== false) refuse('terminated of simulationOf(0)', 'false after a reset', terminated)
}

/** `key` of `fields`, rows of `length` probabilities each. */
function distributionsOf(fields: Fields, key: string, rows: number, length: number): void {
  const masses = arrayOf(fields, key, Float64Array, rows * length)
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let at = row * length; at < (row + 1) * length; at++) {
      if (!(masses[at]! >= 0)) refuse(key, 'probabilities', masses[at])
      sum += masses[at]!
    }
    if (Math.abs(sum - 1) > TOLERANCE)
      throw new ExperimentError(
        `${key} must sum to 1, and entries ${row * length} to ${(row + 1) * length - 1} sum to ${sum}`
      )
  }
}

function finiteOf(fields: Fields, key: string, length: number, prefix = ''): void {
  const bad = arrayOf(fields, key, Float64Array, length, prefix).find(x => !Number.isFinite(x))
  if (bad !== undefined) refuse(prefix + key, 'finite numbers', bad)
}

function arrayOf<A extends Int32Array | Uint16Array | Float64Array>(
  fields: Fields,
  key: string,
  kind: abstract new (...given: never[]) => A,
  length: number,
  prefix = ''
): A {
  const array = fields[key]
  if (!(array instanceof kind) || array.length !== length)
    refuse(prefix + key, `${kind.name} of length ${length}`, array)
  return array
}
