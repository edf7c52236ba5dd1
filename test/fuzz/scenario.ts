/**
 * From a seed to a whole scenario: a small swarm, what goes wrong with it in the first rounds, and then calm: nothing is
 * lost or slow any more, and who is stopped or cut off stays so.
 */
import {
  AGGREGATIONS,
  type AggregationName,
  isCorrectedGossip,
  usesHub
} from '../../src/aggregation/names.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { type Setting, settingOf } from '../../src/setting.ts'
import { topologies } from '../../topologies/index.ts'
import { range } from '../support/numbers.ts'
import { Dice } from './dice.ts'
import { DEADLINE_MS, FaultDraws, type Raw, type Timed } from './faults.ts'

export interface Scenario {
  readonly seed: number
  /** With `experiment.faults`. */
  readonly setting: Setting
  /** Given while the swarm runs, ascending; not all are possible. */
  readonly commands: readonly Timed[]
  /** From this round on it is calm. */
  readonly calmAt: number
  /** Where the run is interrupted, to go on from its state. */
  readonly interruptedAt: number | undefined
}

const graphs = Object.keys(topologies).filter(name => name !== 'file')
/** That with the most to go wrong is drawn most often. */
const aggregations: readonly AggregationName[] = [
  ...AGGREGATIONS,
  ...range(5).map(() => 'gossip-scafflsa' as const)
]

/** The same seed, the same scenario. */
export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed)
  const [raw, calm] = drawSetting(dice, seed)
  const calmAt = dice.between(20, 100)
  const draws = new FaultDraws(dice, calm)
  const { experiment } = resolve({ ...raw, ...draws.faults(calmAt) })
  const commands = range(dice.chance(0.4) ? dice.between(1, 4) : 0)
    .map(() => draws.anything(calmAt))
    .sort((a, b) => a.after - b.after)
  return {
    seed,
    setting: { ...calm, experiment },
    commands,
    calmAt,
    interruptedAt: dice.chance(0.3) ? dice.between(0, calmAt + 20) : undefined
  }
}

/** An experiment that can be, still without faults. */
function drawSetting(dice: Dice, seed: number): [Raw, Setting] {
  for (let attempt = 1; ; attempt++) {
    const raw = drawExperiment(dice, seed)
    try {
      return [raw, settingOf(resolve(raw).experiment)]
    } catch (error) {
      // No such graph, or chains that fall apart.
      if (!(error instanceof ExperimentError) || attempt === 50) throw error
    }
  }
}

function drawExperiment(dice: Dice, seed: number): Raw {
  const aggregation = dice.pick(aggregations)
  const graph = dice.pick(graphs)
  const topology = graph === 'random-regular' ? `${graph}:degree=${dice.between(2, 5)}` : graph
  const softmax = dice.chance(0.1)
  const states = dice.between(3, 6)
  const features = softmax || dice.chance(0.5) ? 'one-hot' : dice.between(1, 2)
  const environment = [
    `garnet:states=${states}`,
    `branching=${dice.between(2, states)}`,
    `features=${features}`,
    `discount=${dice.fraction(0.3, 0.8)}`,
    `heterogeneity=${dice.pick(['perturbation', 'opposite'])}`,
    `perturbation=${dice.fraction(0, 0.5)}`,
    `policy=${dice.pick(['uniform', 'uniform', 'deterministic'])}`
  ]
  return {
    peers: dice.between(3, 12),
    ...(usesHub(aggregation) ? {} : { topology }),
    // With other weights corrected gossip may diverge on what is left of the graph.
    weights: isCorrectedGossip(aggregation) || dice.chance(0.3) ? 'lazy' : 'metropolis',
    environment: environment.join(','),
    placement: dice.pick(['given', 'alternating', 'clustered', 'shuffled']),
    learner: softmax ? 'softmax:horizon=4,batch=2' : 'td',
    aggregation,
    localSteps: dice.between(1, 6),
    stepSize: softmax ? 0.1 : dice.fraction(0.1, 0.5),
    sampling: dice.pick(['expected', 'expected', 'expected', 'iid', 'markov']),
    initial: dice.pick(softmax ? ['zero', 'random'] : ['zero', 'random', 'solution', 'offset:1']),
    seed: `fuzz ${seed}`,
    transport: 'simulated',
    rounds: 1_000_000,
    deadlineMs: DEADLINE_MS
  }
}
