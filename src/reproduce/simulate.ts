/** Simulated runs, as the cells of figures need them. */
import { join } from 'node:path'
import { requireFinite } from '../../peers/finite.ts'
import { present } from '../core/assert.ts'
import { productFolder } from '../core/product.ts'
import { resolve } from '../experiment/resolve.ts'
import type { Fleet, RoundSample } from '../interfaces.ts'
import { simulatedNetwork } from '../network/simulated.ts'
import { predictionOf } from '../prediction/forecast.ts'
import { type Setting, settingOf, swarmOf } from '../setting.ts'
import type { Swarm } from '../swarm.ts'

/** A problem that is shipped, by the name of its file. */
export const shippedProblem = (name: string): string =>
  `file:${join(productFolder(), 'test', 'fixtures', `${name}.json`)}`

/** The heterogeneous or the homogeneous problem of Mangold et al. (2024) with 10 agents, as drawn by their generator. */
export const publishedGarnet = (heterogeneous: boolean): string =>
  shippedProblem(`garnet_${heterogeneous ? 'het' : 'hom'}_N10`)

/** A problem of the same structure, for any number of agents, drawn by ours. */
export const ownGarnet = (heterogeneous: boolean): string =>
  'garnet:states=30,actions=2,branching=2,features=8,discount=0.95,noise=none,policy=deterministic,' +
  `perturbation=0.02,heterogeneity=${heterogeneous ? 'opposite' : 'perturbation'}`

/** Flows over edges want λ_min(W) > −1/3, which the Metropolis weights of a torus and an even ring do not have. */
export const weightsFor = (aggregation: string, graph: string | null): 'metropolis' | 'lazy' =>
  aggregation === 'gossip-scafflsa' && (graph === 'ring' || graph === 'torus') ? 'lazy' : 'metropolis'

/** Of finite environments. */
export interface FiniteSetting extends Setting {
  readonly fleet: Fleet
}

/** `raw` is an experiment as in YAML. */
export const anySettingFor = (raw: Readonly<Record<string, unknown>>): Setting =>
  settingOf(resolve({ transport: 'simulated', ...raw }).experiment)

/** The same, of finite environments. */
export function settingFor(raw: Readonly<Record<string, unknown>>): FiniteSetting {
  const setting = anySettingFor(raw)
  return { ...setting, fleet: requireFinite(setting.fleet, 'a figure') }
}

export interface Walk {
  /** Decides the samples, where they are not to be those of the setting; environments stay as they are. */
  readonly seed?: string
  /** Where peers start, as distances from θ*: a row for each, or one for all. */
  readonly offsets?: Float64Array
  /** Told of each measured round. */
  readonly onSample?: (sample: RoundSample, swarm: Swarm) => void
}

/** Runs the setting to its last round, and returns the swarm as it is then. */
export async function walk(setting: Setting, { seed, offsets, onSample }: Walk): Promise<Swarm> {
  const experiment = { ...setting.experiment, seed: seed ?? setting.experiment.seed }
  const { peers, rounds, measureEvery, aggregation } = experiment
  const swarm = await swarmOf({ ...setting, experiment }, aggregation, simulatedNetwork)
  if (offsets !== undefined) {
    const { values, spare, stride, parameters } = swarm.theta
    const solution = present(setting.judge.solution, 'θ*')
    for (let i = 0; i < peers; i++) {
      for (let j = 0; j < parameters; j++)
        values[i * stride + j] = solution[j]! + offsets[(i * parameters + j) % offsets.length]!
    }
    spare.set(values)
  }
  const plan = { rounds, measureEvery, beforeRound: () => 'go' as const, clock: () => 0 }
  for await (const sample of swarm.run(plan)) onSample?.(sample, swarm)
  return swarm
}

/** Walks with the samples of so many seeds, one after the other. */
export async function repeatedWalks(
  setting: Setting,
  repetitions: number,
  how: Omit<Walk, 'seed'>
): Promise<void> {
  for (let k = 0; k < repetitions; k++) await walk(setting, { ...how, seed: `repetition ${k}` })
}

/** ‖θ_i − θ*‖² in the mean over the peers; ‖θ̄ − θ*‖² is less by the square of the consensus error. */
export const squaredError = ({ swarm }: RoundSample): number => {
  const error = swarm.fixedPointError ?? Number.NaN
  return error * error
}

/** Σ_i ‖x_i‖² / N, of rows in one array. */
export function meanSquare(rows: Float64Array, peers: number): number {
  let sum = 0
  for (const x of rows) sum += x * x
  return sum / peers
}

/** The squared bias that `murmur` predicts of this setting before it runs; null where it cannot. */
export function predictedSquare(setting: FiniteSetting): number | null {
  const { fixedPointError = null } = predictionOf(setting) ?? {}
  return fixedPointError === null ? null : fixedPointError * fixedPointError
}
