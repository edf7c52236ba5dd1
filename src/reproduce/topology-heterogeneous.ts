/**
 * Does it matter who talks to whom, where peers want different things? Much: neighbours that want the same pull each other away from
 * what all want, and news from the others comes late. Exact errors of 16 peers whose wishes rise along the graph; corrected, all of
 * them end where they would if they wanted the same.
 */
import { atLeast, atMost, check, near, ZERO } from './expect.ts'
import type { Figure, Findings } from './figure.ts'
import {
  cellOf,
  cellsOf,
  errorsByStep,
  exactErrors,
  formOf,
  found,
  type LongRuns,
  type References,
  SHAPE,
  STEPS,
  simulatedAsPredicted,
  tableByStep
} from './long-runs.ts'
import { CONTENDERS, correctedOn, GRAPHS, type LongRun, type LongRunSettings, longRun } from './quadratics.ts'

const REFERENCES: References = {
  server: [3.14070351759e-4, 3.28947368421e-3],
  'one-peer-exponential': [4.45735161212e-4, 1.54970518092e-2],
  'exponential, directed': [3.84974836959e-4, 1.00876461808e-2],
  hypercube: [6.24116929305e-4, 2.77316301721e-2],
  torus: [5.67756609727e-4, 2.33705063474e-2],
  'ring-lattice': [2.81736832925e-3, 0.117684619709],
  'two cliques': [9.06336934428e-2, 0.661521142415],
  ring: [2.11874872168e-2, 0.378717672929],
  'binary-tree': [6.23093436708e-3, 0.12748021363],
  path: [0.248748578625, 1.04108528321],
  'star graph': [1.94772225946e-2, 0.423734388938],
  alone: [1.33315012563, 1.38075657895]
}
const correctedIn = (quick: boolean) =>
  (quick ? ['path'] : ['exponential', 'ring', 'path', 'star']).map(correctedOn)
/** The best and the worst graph of those that want different things. */
const EXTREMES = CONTENDERS.filter(({ name }) => name === 'exponential, directed' || name === 'path')

function judge(done: LongRuns, quick: boolean): Findings {
  const corrected = correctedIn(quick)
  const different = done.filter(({ settings }) => settings.wishes === 'different')
  const equal = done.filter(({ settings }) => settings.wishes === 'equal')
  const stepSize = 0.01
  const ratio = (runs: LongRuns, name: string, other: string): number =>
    found(runs, name, { stepSize }).square / found(runs, other, { stepSize }).square
  return {
    claims: [
      {
        claim: 'each graph ends with the error that is known of it',
        checks: exactErrors(different, REFERENCES)
      },
      simulatedAsPredicted(different, quick),
      {
        claim: 'the graph matters by orders of magnitude, where it hardly did (η = 0.01)',
        checks: [
          check(
            'path/exponential',
            ratio(different, 'path', 'exponential, directed'),
            near(646.14, 1e-3, 'derived')
          ),
          check(
            'the same, equal peers',
            ratio(equal, 'path', 'exponential, directed'),
            near(1.6398, 1e-3, 'derived')
          ),
          check('ring/server', ratio(different, 'ring', 'server'), near(67.461, 1e-3, 'derived')),
          check(
            'best graph/server',
            Math.min(...GRAPHS.map(({ name }) => ratio(different, name, 'server'))),
            atMost(1.3, 'derived', 1.2258)
          )
        ]
      },
      {
        claim: 'corrected gossip has no such bias on any graph, only its noise',
        checks: corrected.flatMap(({ name, topology }) =>
          STEPS.map(step =>
            check(`${topology}, η=${step}`, found(different, name, { stepSize: step }).bias, ZERO)
          )
        )
      },
      {
        claim: 'so on the path its error is hundreds of times less than without',
        checks: [
          check(
            'plain/corrected, η=0.01',
            ratio(different, 'path', 'path, corrected'),
            atLeast(100, 'derived')
          )
        ]
      }
    ],
    panels: [
      errorsByStep(different, 'Peers whose wishes rise along the graph', CONTENDERS),
      errorsByStep(different, 'The same, corrected', [...CONTENDERS.slice(0, 1), ...corrected])
    ],
    table: tableByStep(different, [...CONTENDERS, ...corrected]),
    notes: [
      'Exact errors are what murmur predicts of the swarm before it runs; the references were solved by an independent program.',
      'The server has no bias here because all f_i are curved alike; where they are not, it has with more than one local step.'
    ]
  }
}

/** `topology-heterogeneous`. */
export const topologyHeterogeneous: Figure<LongRunSettings, LongRun> = {
  name: 'topology-heterogeneous',
  title: 'What the graph costs where peers want different things.',
  paper: 'after Neglia et al., AISTATS 2020, and Koloskova et al., ICML 2020',
  settings(quick) {
    const { stepSizes } = formOf(quick)
    return [
      `${SHAPE}; b_i = 4 (i − 7.5) / 16 in this order along the graph; η = ${stepSizes.join(', ')}.`,
      'Predicted exactly, and simulated. Corrected: gossip-scafflsa with lazy weights.'
    ]
  },
  cells: quick => [
    ...cellsOf(formOf(quick), { wishes: 'different', placement: 'given' }),
    ...cellsOf(formOf(quick), { wishes: 'different', placement: 'given' }, correctedIn(quick)),
    ...EXTREMES.map(contender =>
      cellOf({ contender, wishes: 'equal', placement: 'given', stepSize: 0.01, rounds: 0 })
    )
  ],
  compute: longRun,
  judge
}
