/** Of what there is an exact prediction, and why not of the rest. */
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { aggregations } from '../aggregation/index.ts'
import type { AggregationSpec } from '../aggregation/names.ts'
import { parseNamed } from '../experiment/named.ts'
import type { Fleet, Mixing, SimulatedFleet } from '../interfaces.ts'
import type { Judge } from '../metrics/judge.ts'
import type { Recursion, Unknown } from './exchange.ts'
import { type LinearSystems, linearSystems, systemsWork } from './expected-steps.ts'
import { type ExchangeSettings, recursionOf } from './recursion.ts'

/** What is read of a setting. */
export interface Predictable {
  readonly experiment: {
    readonly learner: { readonly name: string; readonly schedule?: unknown }
    readonly aggregation: AggregationSpec
    readonly localSteps: number
    readonly stepSize: number
    readonly loss: { readonly probability: number }
    readonly faults: object | null
    readonly participation?: number
    readonly rounds?: number
    readonly averaging?: string
  }
  readonly fleet: Fleet | SimulatedFleet
  readonly mixing: Mixing
  readonly judge: Pick<Judge, 'solution' | 'measure' | 'target'>
}

/** A swarm whose mean path is affine, whatever its step size. */
export interface LinearSwarm {
  readonly recursion: Recursion
  readonly systems: LinearSystems
}

/** Of one W for ever: what acceleration depends on. */
const radiusOf = (mixing: Mixing) => (): number => numericalSpectrum(mixing.at(0)).spectralRadius

/** The learners whose expected steps are those of their target; others may be added. */
const LINEAR: readonly string[] = ['td', 'td-lambda', 'n-step']

export const isUnknown = (found: object | null): found is Unknown => found !== null && 'unknown' in found

export function linearSwarm(
  { experiment, fleet, mixing, judge }: Predictable,
  work: number
): LinearSwarm | Unknown {
  const {
    learner,
    aggregation,
    loss,
    faults,
    participation = 1,
    rounds = Number.POSITIVE_INFINITY
  } = experiment
  const { solution, target } = judge
  if (solution === undefined || fleet.kind === 'simulated')
    return { unknown: `${learner.name} learns policies, of which the mean path is not linear` }
  if (!LINEAR.includes(learner.name)) return { unknown: `nothing is known of ${learner.name}` }
  if (learner.schedule !== undefined && learner.schedule !== 'constant')
    return { unknown: 'the step size changes from round to round' }
  if (faults !== null) return { unknown: 'faults are planned' }
  if (participation < 1) return { unknown: 'who takes part is drawn anew in every round' }
  if (loss.probability > 0) return { unknown: 'messages may be lost' }
  if (mixing.period !== null && mixing.period > rounds)
    return { unknown: 'the run is over before the graph repeats' }
  if (systemsWork(fleet) > work)
    return { unknown: 'too large to compute exactly: fewer peers or states would do' }
  const { options } = parseNamed(aggregation, aggregations, 'aggregation')
  const recursion = recursionOf({
    aggregation,
    options: options as ExchangeSettings['options'],
    mixing,
    spectralRadius: radiusOf(mixing)
  })
  if (isUnknown(recursion)) return recursion
  return { recursion, systems: linearSystems(fleet, solution, target) }
}
