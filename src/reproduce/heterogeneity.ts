/**
 * What federation costs where environments differ, and when it pays all the same. The solution V̄ of the averaged Bellman equation
 * is off the own values of each agent by at most ε_r/(1−γ) + γε_P/(1−γ)² for rewards in [0, 1]; the gain is by what factor the
 * stationary value error shrinks against learning alone.
 */
import { exactValues, heterogeneity } from '../../peers/environments/exact.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Series } from '../drawing/panel.ts'
import type { Fleet } from '../interfaces.ts'
import { mean } from '../statistics/mean.ts'
import { averagedBellman } from './averaged-bellman.ts'
import { atLeast, atMost, between, check } from './expect.ts'
import type { Done, Figure, Findings } from './figure.ts'
import { repeatedWalks, settingFor } from './simulate.ts'

type Settings =
  | {
      readonly kind: 'law'
      /** What differs from agent to agent. */
      readonly differs: 'transitions' | 'rewards' | 'both' | 'one'
      readonly level: number
      readonly seed: string
    }
  | {
      readonly kind: 'gain'
      readonly aggregation: 'none' | 'star' | 'gossip'
      readonly topology: 'star' | 'ring' | 'exponential'
      readonly level: number
      readonly rounds: number
      readonly repetitions: number
    }

interface Result {
  /** ε_P of the kernels under the policy, ε_r. */
  readonly transitions: number
  readonly rewards: number
  /** The largest |V̄ − V_c| over agents and states; or the stationary value error, a root mean square. */
  readonly error: number
  /** The law, with the same ε_P and ε_r. */
  readonly bound: number
}

const PEERS = 16
const DISCOUNT = 0.9
const GRAPHS = ['star', 'ring', 'exponential'] as const

const environmentOf = (level: number): string =>
  `garnet:states=10,actions=2,branching=2,features=one-hot,discount=${DISCOUNT},noise=bernoulli,policy=uniform,heterogeneity=perturbation,perturbation=${level}`

function cells(quick: boolean): Cell<Settings>[] {
  const all: Cell<Settings>[] = []
  const lawLevels = quick ? [0.01, 0.1, 1] : [0.003, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1]
  for (const level of lawLevels) {
    for (const differs of ['transitions', 'rewards', 'both'] as const) {
      for (const seed of quick ? ['1', '2'] : ['1', '2', '3', '4', '5']) {
        all.push({ settings: { kind: 'law', differs, level, seed }, seconds: 0.02 })
      }
    }
  }
  for (const level of lawLevels) {
    if (level < 1) all.push({ settings: { kind: 'law', differs: 'one', level, seed: '1' }, seconds: 0.02 })
  }
  const rounds = quick ? 1500 : 10_000
  const repetitions = quick ? 1 : 3
  for (const level of quick ? [0.01, 0.1, 0.3, 1] : [0.003, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5, 1]) {
    const add = (aggregation: 'none' | 'star' | 'gossip', topology: (typeof GRAPHS)[number]) =>
      all.push({
        settings: { kind: 'gain', aggregation, topology, level, rounds, repetitions },
        seconds: PEERS * rounds * repetitions * 2e-6
      })
    add('none', 'ring')
    for (const graph of GRAPHS) add(graph === 'star' ? 'star' : 'gossip', graph)
  }
  return all
}

const compute = (settings: Settings): Result | Promise<Result> =>
  settings.kind === 'law' ? law(settings) : gain(settings)

function law({ differs, level, seed }: Settings & { kind: 'law' }): Result {
  const fleet = differs === 'one' ? oneDiffers(level) : garnets(differs, level, seed)
  const averaged = averagedBellman(fleet)
  const { values } = exactValues(fleet)
  const error = values.reduce(
    (most, value, k) => Math.max(most, Math.abs(value - averaged[k % fleet.states]!)),
    0
  )
  return { ...differences(fleet), error }
}

function garnets(differs: 'transitions' | 'rewards' | 'both', level: number, seed: string): Fleet {
  const fleetOf = (perturbation: number) =>
    settingFor({ environment: environmentOf(perturbation), peers: PEERS, seed }).fleet
  const all = fleetOf(level)
  const common = fleetOf(0)
  return {
    ...all,
    ...(differs === 'transitions' ? { rewards: common.rewards } : {}),
    ...(differs === 'rewards' ? { probabilities: common.probabilities } : {})
  }
}

/**
 * Nearly the worst case: a state that pays 1 for ever, and for the last agent alone pays less, and is left with probability `level`
 * for one that pays nothing for ever.
 */
function oneDiffers(level: number): Fleet {
  const odd = (good: number, bad: number) =>
    Float64Array.from({ length: 4 * PEERS }, (_, k) => [good, bad, 0, 1][k % 4]!)
  const probabilities = odd(1, 0)
  probabilities.set([1 - level, level], 4 * (PEERS - 1))
  const rewards = Float64Array.from({ length: 2 * PEERS }, (_, k) => (k % 2 === 0 ? 1 : 0))
  rewards[2 * (PEERS - 1)] = 1 - level
  return {
    ...settingFor({ environment: environmentOf(0), peers: PEERS }).fleet,
    states: 2,
    actions: 1,
    branching: 2,
    successors: Uint16Array.from({ length: 4 * PEERS }, (_, k) => k % 2),
    probabilities,
    rewards,
    reset: Float64Array.of(0.5, 0.5),
    evaluation: Float64Array.of(0.5, 0.5),
    policy: Float64Array.of(1, 1),
    features: { kind: 'one-hot', count: 2, table: new Float64Array(0), stride: 4 }
  }
}

async function gain(settings: Settings & { kind: 'gain' }): Promise<Result> {
  const { aggregation, topology, level, rounds, repetitions } = settings
  const setting = settingFor({
    environment: environmentOf(level),
    peers: PEERS,
    aggregation,
    topology,
    localSteps: 10,
    stepSize: 0.1,
    rounds,
    measureEvery: 10,
    sampling: 'iid',
    initial: 'solution',
    seed: '1'
  })
  let sum = 0
  let count = 0
  await repeatedWalks(setting, repetitions, {
    onSample({ round, swarm: { valueError } }) {
      if (3 * round <= rounds) return
      const error = valueError ?? Number.NaN
      sum += error * error
      count++
    }
  })
  return { ...differences(setting.fleet), error: Math.sqrt(sum / count) }
}

function differences(fleet: Fleet): Omit<Result, 'error'> {
  const { transitions: found, rewards } = heterogeneity(fleet)
  const transitions = present(found, 'ε_P')
  const { discount } = fleet
  const left = 1 - discount
  return { transitions, rewards, bound: rewards / left + (discount * transitions) / (left * left) }
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const laws = done.flatMap(({ settings, result }) => (settings.kind === 'law' ? [{ settings, result }] : []))
  const kinds = [
    { differs: 'transitions', name: 'kernels' },
    { differs: 'rewards', name: 'rewards' },
    { differs: 'both', name: 'both' },
    { differs: 'one', name: 'one agent differs' }
  ] as const
  const shareOf = (differs: string): number =>
    Math.max(
      ...laws
        .filter(({ settings }) => settings.differs === differs)
        .map(({ result }) => result.error / result.bound)
    )
  const curves = GRAPHS.map(graph => ({ graph, gains: gainsOf(done, graph) }))
  const crossings = curves.map(({ graph, gains }) => ({ graph, at: crossingOf(gains) }))
  return {
    claims: [
      {
        claim: 'the averaged Bellman solution is never further off than ε_r/(1−γ) + γε_P/(1−γ)²',
        checks: kinds.map(({ differs, name }) =>
          check(`${name}: error/law`, shareOf(differs), atMost(1, 'published', 1))
        )
      },
      {
        claim: 'the law can hardly be improved: where one of N agents differs, little is missing to it',
        checks: [check('the most: error/law', shareOf('one'), atLeast(0.7, 'derived', 1))]
      },
      {
        claim: 'it is off in proportion to how far the environments differ',
        checks: (['transitions', 'rewards'] as const).map(differs =>
          check(`slope, ${differs}`, slopeOf(laws, differs), between(0.8, 1.2, 'derived', 1))
        )
      },
      {
        claim: 'federation pays where environments are similar, on any graph',
        checks: curves.map(({ graph, gains }) =>
          check(
            `gain at ε_r=${gains[0]?.[0].toFixed(3)}, ${graph}`,
            gains[0]?.[1] ?? Number.NaN,
            atLeast(1.5, 'derived')
          )
        )
      },
      {
        claim: 'it costs where they are too different: the gain falls below 1',
        checks: [
          ...curves.map(({ graph, gains }) =>
            check(`gain at the end, ${graph}`, gains.at(-1)?.[1] ?? Number.NaN, atMost(1, 'derived'))
          ),
          ...crossings.map(({ graph, at }) =>
            check(`crosses 1 at ε_r, ${graph}`, at, between(0.01, 1, 'derived'))
          )
        ]
      }
    ],
    panels: [
      {
        title: 'max |V̄ − V_c| against the law',
        x: { label: 'ε_r/(1−γ) + γε_P/(1−γ)²', log: true },
        y: { label: 'max |V̄ − V_c|', log: true },
        series: [
          ...kinds.map(
            ({ differs, name }, colour): Series => ({
              name:
                differs === 'one'
                  ? 'one agent differs'
                  : `Garnets, different ${name === 'both' ? 'kernels and rewards' : name}`,
              colour,
              style: 'points',
              points: laws
                .filter(({ settings }) => settings.differs === differs)
                .map(({ result }) => [result.bound, result.error] as const)
            })
          ),
          {
            name: 'the law',
            colour: 5,
            style: 'dotted',
            points: [Math.min, Math.max].map(extreme => {
              const bound = extreme(...laws.map(({ result }) => result.bound))
              return [bound, bound] as const
            })
          }
        ]
      },
      {
        title: 'gain from federation',
        x: { label: 'ε_r', log: true },
        y: { label: 'value error alone / together', log: true },
        series: [
          ...curves.map(
            ({ graph, gains }, colour): Series => ({ name: graph, colour, style: 'line', points: gains })
          ),
          {
            name: 'neither gain nor loss',
            colour: 5,
            style: 'dotted',
            points: (curves[0]?.gains ?? []).map(([x]) => [x, 1] as const)
          }
        ]
      }
    ],
    notes: [
      `The gain crosses 1 at ${crossings.map(({ graph, at }) => `ε_r = ${at.toFixed(2)} (${graph})`).join(', ')}${quick ? ', roughly' : ''}.`
    ]
  }
}

/** ε_r and gain, by ε_r. */
function gainsOf(done: readonly Done<Settings, Result>[], graph: string): (readonly [number, number])[] {
  const gains = done.flatMap(({ settings, result }) =>
    settings.kind === 'gain' ? [{ settings, result }] : []
  )
  return gains
    .filter(({ settings }) => settings.topology === graph && settings.aggregation !== 'none')
    .map(({ settings: { level }, result }) => {
      const alone = gains.find(({ settings }) => settings.aggregation === 'none' && settings.level === level)
      return [result.rewards, (alone?.result.error ?? Number.NaN) / result.error] as const
    })
    .toSorted(([a], [b]) => a - b)
}

/** Where a falling curve is 1, between two of its points on logarithmic axes; NaN if it never is. */
function crossingOf(curve: readonly (readonly [number, number])[]): number {
  for (const [k, [x, gain]] of curve.entries()) {
    const [before, higher] = curve[k - 1] ?? []
    if (before === undefined || higher === undefined || higher < 1 || gain > 1) continue
    const share = Math.log(higher) / Math.log(higher / gain)
    return Math.exp(Math.log(before) + share * Math.log(x / before))
  }
  return Number.NaN
}

/** Of log error against log law, least squares. */
function slopeOf(
  laws: readonly { settings: { differs: string }; result: Result }[],
  differs: string
): number {
  const points = laws
    .filter(({ settings }) => settings.differs === differs)
    .map(({ result: { bound, error } }) => [Math.log(bound), Math.log(error)] as const)
  const x0 = mean(points.map(([x]) => x))
  const y0 = mean(points.map(([, y]) => y))
  let above = 0
  let below = 0
  for (const [x, y] of points) {
    above += (x - x0) * (y - y0)
    below += (x - x0) * (x - x0)
  }
  return above / below
}

export const heterogeneityFigure: Figure<Settings, Result> = {
  name: 'heterogeneity',
  title: 'What federation costs where environments differ, and where it stops to pay.',
  paper: 'Mangold, Federated Reinforcement Learning, REDEEM 2025 (talk); Labbi et al. 2025, arXiv 2505.23459',
  settings: quick => [
    `${PEERS} tabular Garnets: 10 states, 2 actions, 2 successors, γ = ${DISCOUNT}, rewards in [0, 1], perturbed by 0.003 to 1.`,
    `Law: exact solutions, ${quick ? 2 : 5} fleets for each level; kernels, rewards or both differ; or one agent alone.`,
    `Gain: H = 10, η = 0.1, i.i.d. samples, Bernoulli rewards, from θ*; RMS value error after a third of ${quick ? '1,500' : '10,000'} rounds.`
  ],
  cells,
  compute,
  judge
}
