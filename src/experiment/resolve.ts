/** From an experiment as it is written to the one that is run: defaults that depend on the rest, and the rules between keys. */
import { resolve as absolute } from 'node:path'
import type { z } from 'zod'
import { environments } from '../../peers/environments/index.ts'
import { learners } from '../../peers/learners/index.ts'
import { topologies } from '../../topologies/index.ts'
import type { Weights } from '../../topologies/mixing/mixing-matrix.ts'
import { aggregations } from '../aggregation/index.ts'
import { type AggregationSpec, isCorrected, traitsOf, usesHub } from '../aggregation/names.ts'
import { ExperimentError } from '../core/errors.ts'
import { checkFaults } from '../faults/rules.ts'
import { parseDelay, parseFaults, parseLoss } from '../faults/schema.ts'
import type { LearnerFamily, Metric, Sampling } from '../interfaces.ts'
import { loadExtensions } from './extensions.ts'
import { NAMED_KEYS } from './families.ts'
import { parseInitial } from './initial.ts'
import { KEY_NAMES } from './keys.ts'
import { parseNamed, specOf } from './named.ts'
import { check, isTyped, type Place, within } from './problem.ts'
import { DEFAULT_PEERS, type Experiment, experimentSchema, MOST_PEERS } from './schema.ts'
import { parseTarget } from './target.ts'

export interface Resolved {
  readonly experiment: Experiment
  /** What was decided for the user and is worth saying, one line each. */
  readonly notes: readonly string[]
}

/** What is measured of policies alone. */
const POLICY_METRICS: readonly Metric[] = ['return', 'valueGap', 'policyDistance', 'entropy']
/** η, unless the learner has one of its own. */
const STANDARD_STEP_SIZE = 0.5
/** More libp2p nodes than this in one process are slow. */
const MOST_LIBP2P_PEERS = 64

/**
 * `raw`, plain data with the keys of an experiment, with everything decided; what is resolved already stays as it is.
 * Throws an ExperimentError, at the place that `place` gives to a path of keys.
 */
export function resolve(raw: unknown, place: Place = path => path.join('.')): Resolved {
  const given = check(experimentSchema, raw, KEY_NAMES, place)
  const at = (key: keyof Experiment): string => place([key])
  const notes: string[] = []
  const { seed } = given
  const use = given.use.map(file => absolute(file))
  loadExtensions(use, k => place(['use', k]))

  const environment = parseNamed(given.environment, environments, within(place, 'environment'))
  const aggregation = specOf(parseNamed(given.aggregation, aggregations, within(place, 'aggregation')))
  const topologyName = usesHub(aggregation)
    ? hubTopology(given.topology, aggregation, place)
    : (given.topology ?? NAMED_KEYS.topology.standard)
  const topology = parseNamed(topologyName, topologies, within(place, 'topology'))
  const learnerName = given.learner ?? environment.family.standardLearner ?? NAMED_KEYS.learner.standard
  const learner = parseNamed(learnerName, learners, within(place, 'learner'))

  const peers = peersOf(
    given.peers,
    topology.family.peersOf?.(topology.options),
    environment.family.mostPeers?.(environment.options),
    place
  )

  const defaultWeights = defaultWeightsOf(
    aggregation,
    topology.family.prescribesWeights?.(topology.options) === true
  )
  const weights = given.weights ?? defaultWeights
  if (weights !== defaultWeights && traitsOf(aggregation).weights === null) {
    notes.push(`weights: ${weights} has no effect, ${aggregation} uses no mixing matrix`)
  }

  const transport = given.transport ?? (peers <= MOST_LIBP2P_PEERS ? 'libp2p' : 'simulated')
  if (given.transport === undefined) {
    notes.push(
      transport === 'libp2p'
        ? `transport: libp2p, as for up to ${MOST_LIBP2P_PEERS} peers; --transport simulated is faster, with the same parameters`
        : `transport: simulated, as for more than ${MOST_LIBP2P_PEERS} peers`
    )
  }
  const { port } = given
  if (port !== null) {
    const last = port + peers - (usesHub(aggregation) ? 0 : 1)
    if (last > 65_535)
      throw new ExperimentError(`${at('port')}: ${port} is too high, the last port would be ${last}`)
    if (transport === 'simulated')
      notes.push(`port: ${port} has no effect, the simulated network has no ports`)
  }

  const { processes } = given
  if (processes > peers) {
    throw new ExperimentError(
      `${at('processes')}: ${processes} are more than the ${peers} peers; at most ${peers} are allowed`
    )
  }
  if (processes > 1 && transport === 'libp2p' && traitsOf(aggregation).over === 'mesh') {
    throw new ExperimentError(`${at('processes')}: mesh runs in one process over libp2p, not in ${processes}`)
  }
  if (processes > 1 && transport === 'simulated') {
    notes.push(`processes: ${processes} has no effect, the simulated network lives in one`)
  }

  const { loss, delayMs, faults } = faultsOf(given, place)
  if (faults !== null) {
    const members = { peers, hub: usesHub(aggregation) }
    notes.push(...checkFaults(faults, members, given.rounds, within(place, 'faults')))
  }

  if (given.participation * peers < 1) {
    throw new ExperimentError(
      `${at('participation')}: ${given.participation} of ${peers} peers are less than one; at least ${Number((1 / peers).toPrecision(3))} is allowed`
    )
  }

  checkLearner(learner, given, aggregation, at('learner'))
  checkMeasures(given, learner.family, place)
  const {
    name,
    placement,
    localSteps,
    participation,
    rounds,
    sampling,
    averaging,
    initial,
    deadlineMs,
    measureEvery,
    until
  } = given
  const { stepSize = learner.family.standardStepSize?.(learner.options) ?? STANDARD_STEP_SIZE } = given
  return {
    experiment: {
      name,
      use,
      peers,
      topology: topology.named,
      weights,
      environment: environment.named,
      placement,
      learner: learner.named,
      aggregation,
      localSteps,
      participation,
      rounds,
      stepSize,
      sampling,
      averaging,
      initial,
      seed,
      transport,
      loss,
      delayMs,
      faults,
      deadlineMs,
      port,
      processes,
      measureEvery,
      until
    },
    notes
  }
}

/** The rule of W, if the user names none: what suits the aggregation, and where any does, what the topology prescribes. */
function defaultWeightsOf(aggregation: AggregationSpec, areOwn: boolean): Weights {
  const { weights } = traitsOf(aggregation)
  if (weights === null) return 'metropolis'
  return weights === 'metropolis' && areOwn ? 'own' : weights
}

/** What goes wrong. Loss and delay among the faults stand for the keys of their own where those are absent. */
function faultsOf(
  { loss, delayMs, faults }: z.output<typeof experimentSchema>,
  place: Place
): Pick<Experiment, 'loss' | 'delayMs' | 'faults'> {
  const parsed = faults === null ? undefined : parseFaults(faults, within(place, 'faults'))
  return {
    loss: parseLoss(loss ?? parsed?.loss ?? 0, within(place, 'loss')),
    delayMs: parseDelay(delayMs ?? parsed?.delayMs ?? 0, within(place, 'delayMs')),
    faults: parsed?.faults ?? null
  }
}

/** The graph of a swarm with a hub: the star, which may be left out; `complete` is accepted for it. */
function hubTopology(given: unknown, aggregation: AggregationSpec, place: Place): string {
  if (given !== undefined) {
    const { name } = parseNamed(given, topologies, within(place, 'topology'))
    if (name !== 'star' && name !== 'complete') {
      const isOfFile = isTyped(place, 'aggregation') && !isTyped(place, 'topology')
      throw new ExperimentError(
        `${place(['topology'])}: the hub of ${aggregation} replaces the graph: ` +
          (isOfFile
            ? `add --topology star, as this is "${name}"`
            : `leave it out, or use star or complete, not "${name}"`)
      )
    }
  }
  return 'star'
}

/** The number of peers: as given, or what the graph decides, or what the environment decides, or the default. */
function peersOf(
  given: number | undefined,
  ofTopology: number | undefined,
  ofEnvironment: number | undefined,
  place: Place
): number {
  if (given !== undefined && ofTopology !== undefined && given !== ofTopology) {
    throw new ExperimentError(
      `${place(['peers'])}: the graph of the topology has ${ofTopology} peers, not ${given}`
    )
  }
  const peers = given ?? ofTopology ?? ofEnvironment ?? DEFAULT_PEERS
  if (peers > MOST_PEERS) {
    throw new ExperimentError(
      `${place(['peers'])}: the files name ${peers} peers, at most ${MOST_PEERS} are allowed`
    )
  }
  if (ofEnvironment !== undefined && peers > ofEnvironment) {
    const where = given === undefined ? 'topology' : 'peers'
    throw new ExperimentError(
      `${place([where])}: ${peers} peers, but the environment has ${ofEnvironment}; at most ${ofEnvironment} are allowed`
    )
  }
  return peers
}

/** Experience that the learner's options cannot go with, and step sizes that the control variates do not reckon with. */
function checkLearner(
  {
    name,
    family,
    options
  }: { readonly name: string; readonly family: LearnerFamily; readonly options: unknown },
  { sampling, initial }: { readonly sampling: Sampling; readonly initial: string },
  aggregation: AggregationSpec,
  where: string
): void {
  const refusal = family.refuses?.(options, sampling, initial)
  if (refusal !== undefined) throw new ExperimentError(`${where}: ${refusal}`)
  if (isCorrected(aggregation) && family.sharesState?.(options) === true) {
    throw new ExperimentError(
      `${where}: the control variates of ${aggregation} correct steps, and moments take none; use shared=parameters, or an aggregation without them, such as gossip`
    )
  }
  if (isCorrected(aggregation) && family.variesStepSize?.(options) === true) {
    throw new ExperimentError(
      `${where}: the control variates of ${aggregation} assume that the step size of ${name} stays; use schedule=constant, or an aggregation without them, such as gossip`
    )
  }
}

/** What has no meaning for the learner's kind: θ* for policies, return for values. */
function checkMeasures(
  { initial, until }: { readonly initial: string; readonly until: string | null },
  { learns }: LearnerFamily,
  place: Place
): void {
  if (parseInitial(initial, place(['initial'])).kind === 'solution' && learns === 'policies') {
    throw new ExperimentError(
      `${place(['initial'])}: ${initial} needs the exact solution θ*, which a learner of policies does not have; use zero or random`
    )
  }
  if (until === null) return
  const { metric } = parseTarget(until, place(['until']))
  const ofPolicies = POLICY_METRICS.includes(metric)
  if (metric !== 'consensusError' && ofPolicies !== (learns === 'policies')) {
    throw new ExperimentError(
      `${place(['until'])}: a learner of ${learns === 'policies' ? 'policies' : 'values'} has no ${metric}; use ` +
        (learns === 'policies'
          ? `consensusError, ${POLICY_METRICS.join(', ')}`
          : 'consensusError, valueError, excessValueError or fixedPointError')
    )
  }
}
