/**
 * Does it matter who talks to whom, where all peers want the same? With noise alone hardly: for small steps every connected graph comes
 * to the error of the server, η/(2N) (Neglia et al. 2020; Versini, Mangold, Dieuleveut 2026). Exact errors of 16 peers.
 */
import { atMost, check, near } from './expect.ts'
import type { Figure, Findings } from './figure.ts'
import {
  cellsOf,
  errorsByStep,
  exactErrors,
  formOf,
  found,
  type LongRuns,
  type References,
  SHAPE,
  simulatedAsPredicted,
  tableByStep
} from './long-runs.ts'
import { CONTENDERS, GRAPHS, type LongRun, type LongRunSettings, longRun } from './quadratics.ts'

const REFERENCES: References = {
  server: [3.14070351759e-4, 3.28947368421e-3],
  'one-peer-exponential': [3.82200951821e-4, 9.59328618421e-3],
  'exponential, directed': [3.32085732936e-4, 4.99552121847e-3],
  hypercube: [3.34055898947e-4, 5.13593073921e-3],
  torus: [3.34055898947e-4, 5.13593073921e-3],
  'ring-lattice': [3.51223235046e-4, 6.03737583245e-3],
  'two cliques': [4.07687293924e-4, 5.94117852481e-3],
  ring: [4.42916951313e-4, 1.01309992888e-2],
  'binary-tree': [5.40355777987e-4, 1.3749492194e-2],
  path: [5.44560360359e-4, 1.17338090596e-2],
  'star graph': [8.68999532225e-4, 2.99843889384e-2],
  alone: [5.02512562814e-3, 5.26315789474e-2]
}

function judge(done: LongRuns, quick: boolean): Findings {
  const overServer = (name: string, stepSize: number): number =>
    found(done, name, { stepSize }).square / found(done, 'server', { stepSize }).square
  const worst = (stepSize: number): number =>
    Math.max(...GRAPHS.map(({ name }) => overServer(name, stepSize)))
  return {
    claims: [
      {
        claim: 'each graph ends with the error that is known of it',
        checks: exactErrors(done, REFERENCES)
      },
      simulatedAsPredicted(done, quick),
      {
        claim: 'with a small step the graph hardly matters: to talk at all is what does',
        checks: [
          check('worst graph/server, η=0.01', worst(0.01), atMost(3, 'derived', 2.7669)),
          check('ring/server, η=0.01', overServer('ring', 0.01), atMost(1.5, 'derived', 1.4103)),
          check('alone/server, η=0.01', overServer('alone', 0.01), near(16, 1e-6, 'derived'))
        ]
      },
      {
        claim: 'the larger the step, the more it does',
        checks: [
          check('worst graph/server, η=0.1', worst(0.1), near(9.1153, 1e-3, 'derived')),
          check('the same over that of η=0.01', worst(0.1) / worst(0.01), near(3.2944, 1e-3, 'derived')),
          ...(quick ? [] : [check('worst graph/server, η=0.001', worst(0.001), atMost(1.3, 'derived'))])
        ]
      }
    ],
    panels: [errorsByStep(done, 'Peers that want the same', CONTENDERS)],
    table: tableByStep(done, CONTENDERS),
    notes: [
      'Exact errors are what murmur predicts of the swarm before it runs; the references were solved by an independent program.'
    ]
  }
}

/** `topology-homogeneous`. */
export const topologyHomogeneous: Figure<LongRunSettings, LongRun> = {
  name: 'topology-homogeneous',
  title: 'What the graph costs where all peers want the same.',
  paper: 'after Neglia et al., AISTATS 2020, and Vogels, Hendrikx, Jaggi, NeurIPS 2022',
  settings(quick) {
    const { stepSizes, rounds } = formOf(quick)
    return [
      `${SHAPE}; all b_i = 0; η = ${stepSizes.join(', ')}.`,
      `Predicted exactly; simulated for ${Object.entries(rounds)
        .map(([step, count]) => `${count.toLocaleString('en')} rounds with η = ${step}`)
        .join(', ')}.`
    ]
  },
  cells: quick => cellsOf(formOf(quick), { wishes: 'equal', placement: 'given' }),
  compute: longRun,
  judge
}
