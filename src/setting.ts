/**
 * What an experiment fixes before its first round: the fleet, the graph with its weights, and how to judge. Swarms that
 * are compared (the run itself, `none`, star federation) share one setting, so they meet the same environments,
 * samples and starting points.
 */

import { environments } from '../peers/environments/index.ts'
import { buildFleet } from '../peers/fleet.ts'
import { learners } from '../peers/learners/index.ts'
import { topologies } from '../topologies/index.ts'
import { mixingOf } from '../topologies/mixing/mixing.ts'
import { unionGraph } from '../topologies/parts/topology.ts'
import { aggregationOf } from './aggregation/index.ts'
import { type AggregationSpec, traitsOf } from './aggregation/names.ts'
import { largest } from './core/linear.ts'
import { parameterMatrix } from './core/parameter-matrix.ts'
import { loadExtensions } from './experiment/extensions.ts'
import { parseNamed } from './experiment/named.ts'
import type { Experiment } from './experiment/schema.ts'
import { checkEdges } from './faults/rules.ts'
import { FaultSchedule, type Past } from './faults/schedule.ts'
import { checkFit, refuseAt, spectralRadiusOf } from './fits.ts'
import type {
  Features,
  Fleet,
  Graph,
  Hosted,
  Mixing,
  Network,
  NetworkPlan,
  SimulatedFleet,
  Topology
} from './interfaces.ts'
import { IterateAverage } from './iterate-average.ts'
import { type Judge, judgeOf } from './metrics/judge.ts'
import { participationOf, thinned } from './participation.ts'
import { quickLargestStep } from './prediction/forecast.ts'
import { starterOf } from './start.ts'
import { Swarm } from './swarm.ts'

export interface Setting {
  readonly experiment: Experiment
  readonly fleet: Fleet | SimulatedFleet
  readonly topology: Topology
  /** Whom each peer hears in some round. */
  readonly graph: Graph
  readonly mixing: Mixing
  readonly judge: Judge
  /** What the user should know before the run, one line each. */
  readonly warnings: readonly string[]
}

/** Parameters this many times larger than where they start and where they should end are on their way to infinity. */
const DIVERGED = 1e6
/** Those of a policy may go far: the surer it is, the farther. */
const DIVERGED_POLICY = 1e12

/** Builds what `experiment` names. Throws an ExperimentError for what cannot work. */
export function settingOf(experiment: Experiment): Setting {
  const { peers, seed } = experiment
  // A thread or process that is handed an experiment has not read it.
  loadExtensions(experiment.use)
  const environment = parseNamed(experiment.environment, environments, 'environment')
  const fleet = refuseAt('environment', () =>
    buildFleet(environment.family, environment.options, peers, experiment.placement, seed)
  )

  const { family, options } = parseNamed(experiment.topology, topologies, 'topology')
  const topology = refuseAt('topology', () =>
    family.build(peers, options, { seed, types: () => fleet.types })
  )
  const { aggregation, weights, rounds } = experiment
  // Where nobody mixes any W will do, and this one every graph has.
  const rule = traitsOf(aggregation).weights === null ? 'uniform' : weights
  const graph = refuseAt('topology', () => unionGraph(topology, rounds))
  const whole = refuseAt('topology', () => mixingOf(topology, rule, rounds, graph))
  const warnings = [...topology.notes, ...checkFit(experiment, topology, graph, whole)]
  const participation = participationOf(experiment)
  const mixing = participation === undefined ? whole : thinned(whole, participation)
  const { placement } = experiment
  if (placement !== 'given' && placement !== 'shuffled' && new Set(fleet.types).size === 1) {
    warnings.push(`placement: ${placement} has no effect, all environments are of one type`)
  }
  const learner = parseNamed(experiment.learner, learners, 'learner')
  const readOut = refuseAt('learner', () => learner.family.readOut(fleet, learner.options))
  const judge = refuseAt('environment', () =>
    judgeOf(fleet, readOut, { target: learner.family.target?.(learner.options), seed })
  )
  return { experiment, fleet, topology, graph, mixing, judge, warnings }
}

export interface SwarmOptions {
  /** What another run went through, to go through it, too. */
  readonly past?: Past | undefined
  /** The participants that live here; all if left out. */
  readonly part?: Hosted | undefined
  /** Whether samples come without errors, which somebody else measures. */
  readonly blind?: boolean
}

const nothing = {
  consensusError: null,
  valueError: null,
  excessValueError: null,
  fixedPointError: null,
  return: null,
  valueGap: null,
  policyDistance: null,
  entropy: null
}

/**
 * A swarm of this setting, at its starting point; `aggregation` may be another than the experiment's.
 */
export async function swarmOf(
  { experiment, fleet, mixing, judge }: Setting,
  aggregation: AggregationSpec,
  networkOf: (plan: NetworkPlan) => Network | Promise<Network>,
  { past, part, blind = false }: SwarmOptions = {}
): Promise<Swarm> {
  const { peers, averaging, rounds } = experiment
  const participation = participationOf(experiment)
  const { learner, parts } = partsOf({ experiment, fleet, mixing }, aggregation, part)
  if (aggregation === experiment.aggregation && experiment.faults !== null) {
    checkEdges(experiment.faults, parts.plan, peers)
  }
  const network = await networkOf(parts.plan)
  const theta = parameterMatrix(parts.plan.participants, learner.parameters)
  const start = starterOf({ experiment, fleet, judge })
  const startAt = (peer: number) => start(theta, peer)
  for (let i = 0; i < peers; i++) startAt(i)
  theta.spare.set(theta.values)
  const faults = new FaultSchedule(experiment, parts.plan, past)
  const divergedBeyond =
    (judge.measures === 'value' ? DIVERGED : DIVERGED_POLICY) *
    Math.max(1, judge.scale, largest(theta.values))
  return new Swarm({
    peers,
    hosted: part ?? { first: 0, last: parts.plan.participants },
    theta,
    average: averaging === 'none' ? undefined : new IterateAverage(averaging, rounds, theta),
    startAt,
    learner,
    aggregation: parts,
    judge: blind ? { ...judge, measure: () => ({ swarm: nothing, peers: nothing }) } : judge,
    network,
    faults,
    participation,
    divergedBeyond,
    advice: () => adviceFor({ experiment, fleet, mixing, judge })
  })
}

type Shared = Pick<Setting, 'experiment' | 'fleet' | 'mixing'>

/** Who learns, and what is made of it together. */
function partsOf({ experiment, fleet, mixing }: Shared, aggregation: AggregationSpec, hosted?: Hosted) {
  const { peers, localSteps, stepSize, seed } = experiment
  const { family, options } = parseNamed(experiment.learner, learners, 'learner')
  const learner = family.build(fleet, experiment, options)
  const parts = aggregationOf(aggregation, {
    peers,
    parameters: learner.parameters,
    mixing,
    spectralRadius: () => spectralRadiusOf(experiment, mixing),
    localSteps,
    stepSize,
    seed,
    hosted,
    takesPart: participationOf(experiment)
  })
  return { learner, parts }
}

/** Who sends what to whom, round by round, in a swarm of this setting. */
export const planOf = (setting: Shared): NetworkPlan =>
  partsOf(setting, setting.experiment.aggregation).parts.plan

/**
 * Where to go from a step size that diverges: half of it, and for TD at most 1/max‖φ‖², where a step does not overshoot; for
 * policies at most what is usual. With the largest that is stable on the mean path, where that is quickly found: what diverges
 * below it does so by its samples.
 */
function adviceFor(setting: Pick<Setting, 'experiment' | 'fleet' | 'mixing' | 'judge'>): string {
  const { experiment, fleet } = setting
  const { seed, stepSize, localSteps } = experiment
  const { name, family, options } = parseNamed(experiment.learner, learners, 'learner')
  const bound =
    name === 'td' && fleet.kind === 'finite'
      ? 1 / largestSquare(fleet.features)
      : family.learns === 'policies'
        ? (family.standardStepSize?.(options) ?? stepSize)
        : stepSize
  const limit = quickLargestStep(setting)
  const lower = Number(Math.min(stepSize / 2, bound, limit ?? stepSize).toPrecision(2))
  const why =
    limit !== undefined && limit < stepSize
      ? `: the mean path diverges beyond a step size of ${Number(limit.toPrecision(2))}`
      : ''
  return (
    `(seed ${seed}, step size ${stepSize}, ${localSteps} local steps); ` +
    `try --step-size ${lower}${localSteps > 1 ? ', or fewer --local-steps' : ''}${why}`
  )
}

/** The largest ‖φ(s)‖². */
function largestSquare({ kind, table, stride }: Features): number {
  if (kind === 'one-hot') return 1
  let most = 0
  for (let at = 0; at < table.length; at += stride) {
    let square = 0
    for (let j = at; j < at + stride; j++) square += table[j]! * table[j]!
    most = Math.max(most, square)
  }
  return most
}
