/** A comparison that nobody ran: contenders whose errors fall to a floor at a rate of their own, with some scatter over the seeds. */
import type { Compared, Comparison, ComparisonOutcome, ContestRun } from '../../src/compare/comparison.ts'
import { resolve } from '../../src/experiment/resolve.ts'

/** How a contender fares. */
interface Made {
  readonly label: string
  readonly topology: string
  readonly aggregation: string
  /** By what its error is multiplied in a round, until it comes to the floor. */
  readonly rate: number
  readonly floor: number
  /** Bytes of a round, in and out of the busiest, and seconds. */
  readonly bytes: number
  readonly busiest: number
  readonly seconds: number
}

const MADE: readonly Made[] = [
  {
    label: 'alone',
    topology: 'ring',
    aggregation: 'none',
    rate: 0.9,
    floor: 0.5,
    bytes: 0,
    busiest: 0,
    seconds: 0.01
  },
  {
    label: 'ring, gossip',
    topology: 'ring',
    aggregation: 'gossip',
    rate: 0.95,
    floor: 0.05,
    bytes: 7680,
    busiest: 960,
    seconds: 0.09
  },
  {
    label: 'torus, gossip',
    topology: 'torus',
    aggregation: 'gossip',
    rate: 0.93,
    floor: 0.03,
    bytes: 15360,
    busiest: 1920,
    seconds: 0.11
  },
  {
    label: 'ring, gossip-scafflsa',
    topology: 'ring',
    aggregation: 'gossip-scafflsa',
    rate: 0.95,
    floor: 1e-4,
    bytes: 8320,
    busiest: 1040,
    seconds: 0.09
  },
  {
    label: 'star-scafflsa',
    topology: 'star',
    aggregation: 'star-scafflsa',
    rate: 0.85,
    floor: 1e-4,
    bytes: 7680,
    busiest: 7680,
    seconds: 0.16
  }
]

/** Two problems; of the last contender's runs one diverged. */
export function madeComparison(
  rounds = 60,
  seeds: readonly string[] = ['1', '2', '3', '4', '5']
): ComparisonOutcome {
  const problems = [
    { label: 'similar', metric: 'valueError' as const },
    { label: 'opposite <peers>', metric: 'valueError' as const }
  ]
  const contenders = problems.flatMap((_, problem) =>
    MADE.map(({ label, topology, aggregation }) => ({
      label,
      problem,
      experiment: resolve({
        peers: 16,
        rounds,
        topology,
        aggregation,
        environment: problem === 0 ? 'garnet' : 'garnet:heterogeneity=opposite',
        transport: 'simulated'
      }).experiment
    }))
  )
  const comparison: Comparison = {
    name: 'made & up',
    problems,
    contenders,
    seeds,
    statistic: 'mean',
    target: 0.1,
    budget: null,
    price: 'wan',
    command: 'murmur compare made.yaml --name "made & up"'
  }
  const runs = contenders.flatMap((_, contender) =>
    seeds.map((seed, s) => madeRun(contender, seed, s, rounds))
  )
  const leftOut = [{ label: 'path, relay-sum', reason: 'needs <a tree>' }]
  return { comparison, runs, leftOut, tuned: null, modelled: null }
}

/** The same with best step sizes of their own: in the first problem those of two contenders are at the edge of what is tried. */
export function tunedOf({ comparison, runs }: Compared): Compared {
  const factors = [1 / 4, 1, 4, 2, 1 / 2, 1, 1, 2, 2, 1 / 2]
  const contenders = comparison.contenders.map((contender, k) => ({
    ...contender,
    experiment: { ...contender.experiment, stepSize: factors[k]! * contender.experiment.stepSize }
  }))
  return {
    comparison: { ...comparison, contenders },
    runs: runs.map(run => ({ ...run, values: run.values.map(value => 0.7 * value) }))
  }
}

function madeRun(contender: number, seed: string, s: number, rounds: number): ContestRun {
  const { rate, floor, bytes, busiest, seconds } = MADE[contender % MADE.length]!
  const diverges = contender === 2 * MADE.length - 1 && s === 1
  const all = Array.from({ length: diverges ? 7 : rounds }, (_, k) => k + 1)
  const scatter = (round: number): number => 1 + 0.2 * Math.sin(7 * s + contender + round)
  let error = 4
  const values = all.map(round => {
    error *= rate
    return (error + floor) * scatter(round)
  })
  return {
    contender,
    seed,
    rounds: all,
    values,
    consensus: values.map(value => value / 3),
    messages: all.map(round => (bytes > 0 ? 32 * round : 0)),
    bytes: all.map(round => bytes * round),
    busiestBytes: all.map(round => busiest * round),
    seconds: all.map(round => seconds * round),
    samples: all.map(round => 10 * round),
    peers: Array.from({ length: 16 }, (_, i) => (values.at(-1) ?? 0) * (1 + i / 16)),
    bytesIn: Array.from({ length: 16 }, () => (busiest * all.length) / 2),
    bytesOut: Array.from({ length: 16 }, () => (busiest * all.length) / 2),
    socketBytes: null,
    divergedIn: diverges ? 8 : null
  }
}
