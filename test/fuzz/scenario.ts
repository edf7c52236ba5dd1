/**
 * From a seed to a whole scenario: a small swarm, what goes wrong with it in the first rounds, and then calm: nothing is
 * lost or slow any more, and who is stopped or cut off stays so.
 */

import { PLACEMENTS } from '../../peers/placement.ts'
import { COMPRESSORS } from '../../src/aggregation/compressors.ts'
import {
  AGGREGATIONS,
  type AggregationName,
  isCorrected,
  isCorrectedGossip,
  usesHub
} from '../../src/aggregation/names.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { type Setting, settingOf } from '../../src/setting.ts'
import { topologies, WEIGHTS, type Weights } from '../../topologies/index.ts'
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

/** Rounds that the swarm may have; it ends when it is calm. */
const ROUNDS = 50_000
/** Draws until one can be. */
const ATTEMPTS = 300

const graphs = Object.keys(topologies).filter(name => name !== 'file')
/** That with the most to go wrong is drawn most often. */
const aggregations: readonly AggregationName[] = [
  ...AGGREGATIONS,
  ...range(5).map(() => 'gossip-scafflsa' as const)
]

/** What is drawn of options; others are as they are by default. */
type Options = Readonly<Record<string, (dice: Dice) => Raw>>

const topologyOptions: Options = {
  'ring-lattice': dice => ({ neighbours: dice.pick([2, 4]) }),
  exponential: dice => ({ directed: dice.chance(0.5) }),
  circulant: dice => ({ offsets: dice.pick(['1', '1+2', '2+3', '1+5']) }),
  'de-bruijn': dice => ({ base: dice.between(2, 3) }),
  'random-regular': dice => ({ degree: dice.between(2, 5) }),
  'erdos-renyi': dice => ({ probability: dice.fraction(0.3, 1) }),
  'watts-strogatz': dice => ({ neighbours: dice.pick([2, 4]), rewiring: dice.fraction(0, 1) }),
  'barabasi-albert': dice => ({ attached: dice.between(1, 3) }),
  'random-geometric': dice => ({ radius: dice.fraction(0.4, 1.2) }),
  equistatic: dice => ({ degree: dice.between(2, 5), directed: dice.chance(0.5) }),
  equidyn: dice => ({ directed: dice.chance(0.5), factor: dice.fraction(0.2, 1) }),
  epidemic: dice => ({ fanout: dice.between(1, 2), oracle: dice.chance(0.5) }),
  base: dice => ({ k: dice.between(1, 3) }),
  'd-cliques': dice => ({
    size: dice.between(2, 5),
    between: dice.pick(['full', 'small-world', 'fractal', 'ring'])
  })
}

const steps = (dice: Dice): Raw => ({ steps: dice.between(1, 4) })
const slots = (dice: Dice): Raw => ({ slots: dice.chance(0.5) ? 'peers' : dice.between(1, 4) })
const aggregationOptions: Options = {
  gossip: dice => (dice.chance(0.5) ? {} : steps(dice)),
  'gossip-tracking': dice => ({ outerStep: dice.chance(0.5) ? 1 : dice.fraction(0.3, 1) }),
  chebyshev: steps,
  momentum: steps,
  choco: dice => ({
    compressor: dice.pick(COMPRESSORS),
    share: dice.fraction(0.2, 1),
    levels: dice.between(1, 40)
  }),
  pairwise: slots,
  broadcast: dice => ({ keep: dice.fraction(0, 0.95), ...slots(dice) }),
  'pf-lsa': dice => ({ own: dice.fraction(0.1, 1) }),
  'gossip-pf-lsa': dice => ({ own: dice.fraction(0.1, 1) }),
  interpolation: dice => ({ own: dice.fraction(0, 1) }),
  partial: dice => ({ shared: dice.pick(['half', 1]) }),
  similarity: dice => ({ temperature: dice.fraction(0.01, 5) })
}

/** The same seed, the same scenario. */
export function scenarioOf(seed: number): Scenario {
  const dice = new Dice(seed)
  const [raw, calm] = drawSetting(dice, seed)
  const calmAt = dice.between(20, 100)
  const draws = new FaultDraws(dice, calm)
  const { experiment } = resolve({ ...raw, ...draws.faults(calmAt) })
  const commands = range(!draws.isHarmless && dice.chance(0.4) ? dice.between(1, 4) : 0)
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

/** An experiment that can be, still without faults. Seeds in turn have each topology, and each aggregation. */
function drawSetting(dice: Dice, seed: number): [Raw, Setting] {
  const turn = Math.floor(seed / 2)
  const isOfTopology = seed % 2 === 0
  for (let attempt = 1; ; attempt++) {
    const graph = isOfTopology ? graphs[turn % graphs.length]! : dice.pick(graphs)
    const aggregation = isOfTopology ? dice.pick(aggregations) : aggregations[turn % aggregations.length]!
    if (isOfTopology && usesHub(aggregation)) continue
    const raw = drawExperiment(dice, seed, graph, aggregation)
    try {
      return [raw, settingOf(resolve(raw).experiment)]
    } catch (error) {
      // No such graph, none that fits, or chains that fall apart.
      if (!(error instanceof ExperimentError) || attempt === ATTEMPTS) throw error
    }
  }
}

/** A rule of W. Corrected gossip may diverge with others than lazy weights on what is left of the graph. */
function drawWeights(dice: Dice, aggregation: AggregationName): Weights | undefined {
  if (isCorrectedGossip(aggregation) || aggregation === 'dtdt') return 'lazy'
  if (isCorrected(aggregation)) return dice.chance(0.7) ? 'lazy' : undefined
  return dice.chance(0.5) ? undefined : dice.pick(WEIGHTS)
}

function drawExperiment(dice: Dice, seed: number, graph: string, aggregation: AggregationName): Raw {
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
    ...(usesHub(aggregation) ? {} : { topology: { name: graph, ...topologyOptions[graph]?.(dice) } }),
    weights: drawWeights(dice, aggregation),
    environment: environment.join(','),
    placement: dice.pick(PLACEMENTS),
    learner: softmax ? 'softmax:horizon=4,batch=2' : 'td',
    aggregation: { name: aggregation, ...aggregationOptions[aggregation]?.(dice) },
    localSteps: dice.between(1, 6),
    participation: dice.chance(0.2) ? dice.fraction(0.4, 1) : 1,
    stepSize: softmax ? 0.1 : aggregation === 'dtdt' ? 0.02 : dice.fraction(0.1, 0.5),
    sampling: dice.pick(['expected', 'expected', 'expected', 'iid', 'markov']),
    initial: dice.pick(softmax ? ['zero', 'random'] : ['zero', 'random', 'solution', 'offset:1']),
    seed: `fuzz ${seed}`,
    transport: 'simulated',
    rounds: ROUNDS,
    deadlineMs: DEADLINE_MS
  }
}
