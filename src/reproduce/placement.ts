/**
 * Who sits beside whom matters as much as who is joined to whom: the same graphs with the same 16 peers, whose wishes rise along the
 * graph, or lie in bit-reversed order, so that those that want the same are far apart. It is what D-Cliques make use of (Bellet,
 * Kermarrec, Lavoie 2021). Corrected gossip does not notice.
 */

import type { Cell } from '../cells/compute.ts'
import type { Panel } from '../drawing/panel.ts'
import { atMost, check, near, ZERO } from './expect.ts'
import type { Check, Figure, Findings } from './figure.ts'
import {
  cellOf,
  cellsOf,
  errorsByStep,
  exactErrors,
  formOf,
  found,
  isNear,
  type LongRuns,
  type References,
  SHAPE,
  simulatedAsPredicted
} from './long-runs.ts'
import { CONTENDERS, correctedOn, type LongRun, type LongRunSettings, longRun } from './quadratics.ts'

/** With the peers in bit-reversed order. */
const REFERENCES: References = {
  server: [3.14070351759e-4, 3.28947368421e-3],
  'one-peer-exponential': [1.36960285282e-3, 9.26842861842e-2],
  'exponential, directed': [5.65702038065e-4, 2.34146551885e-2],
  hypercube: [6.24116929305e-4, 2.77316301721e-2],
  torus: [3.98675650992e-4, 1.02871348733e-2],
  'ring-lattice': [4.00952507334e-4, 8.81333569043e-3],
  'two cliques': [1.81816514933e-3, 1.62527610189e-2],
  ring: [8.57863716786e-4, 2.1373387205e-2],
  'binary-tree': [8.19940496357e-3, 0.1833730857],
  path: [2.92148535401e-2, 0.152637904314],
  'star graph': [1.94772225946e-2, 0.423734388938],
  alone: [1.33315012563, 1.38075657895]
}
/** Squared bias with η = 0.1: sorted, and bit-reversed. */
const BIASES: Readonly<Record<string, readonly [number, number]>> = {
  'one-peer-exponential': [5.903765625e-3, 8.3091e-2],
  'exponential, directed': [5.09212496232e-3, 1.841913397e-2],
  hypercube: [2.25956994329e-2, 2.25956994329e-2],
  torus: [1.82345756082e-2, 5.15120413405e-3],
  'ring-lattice': [0.111647243877, 2.77595985798e-3],
  'two cliques': [0.65557996389, 1.03115824941e-2],
  ring: [0.36858667364, 1.12423879162e-2],
  'binary-tree': [0.113730721436, 0.169623593506],
  path: [1.02935147415, 0.140904095254],
  'star graph': [0.39375, 0.39375]
}
const STEP_SIZE = 0.1
const SORTED = { placement: 'given', stepSize: STEP_SIZE } as const
const REVERSED = { placement: 'bit-reversed', stepSize: STEP_SIZE } as const
type Place = typeof SORTED | typeof REVERSED
const PLACES = ['given', 'bit-reversed'] as const
const RING = CONTENDERS.filter(({ name }) => name === 'ring')
const CORRECTED = [correctedOn('ring')]
const draws = (quick: boolean): number => (quick ? 5 : 40)

function cells(quick: boolean): Cell<LongRunSettings>[] {
  const form = formOf(quick)
  const wishes = 'different'
  return [
    ...PLACES.flatMap(placement => [
      ...cellsOf(placement === 'given' ? { stepSizes: [STEP_SIZE], rounds: form.rounds } : form, {
        wishes,
        placement
      }),
      ...cellsOf({ stepSizes: [STEP_SIZE], rounds: {} }, { wishes, placement }, CORRECTED)
    ]),
    ...RING.flatMap(contender =>
      Array.from({ length: draws(quick) }, (_, k) =>
        cellOf({
          contender,
          wishes,
          placement: 'shuffled',
          stepSize: STEP_SIZE,
          rounds: 0,
          seed: `draw ${k}`
        })
      )
    )
  ]
}

function judge(done: LongRuns, quick: boolean): Findings {
  const bias = (name: string, how: Place): number => found(done, name, how).bias
  const square = (name: string, how: Place): number => found(done, name, how).square
  const sortedOverFar = (errors: typeof bias, name: string): number =>
    errors(name, SORTED) / errors(name, REVERSED)
  const ringOverOnePeer = (how: Place): number => square('ring', how) / square('one-peer-exponential', how)
  const shuffled = done
    .filter(({ settings }) => settings.placement === 'shuffled')
    .map(({ result }) => result.bias)
    .sort((a, b) => a - b)
  const reversed = done.filter(({ settings }) => settings.placement === 'bit-reversed')
  const biases = Object.entries(BIASES).flatMap(([name, [ofSorted, ofReversed]]): Check[] => [
    isNear(`${name}, sorted`, bias(name, SORTED), ofSorted),
    isNear(`${name}, far`, bias(name, REVERSED), ofReversed)
  ])
  return {
    claims: [
      {
        claim: `bias² with η = ${STEP_SIZE}, sorted and bit-reversed ("far"), is what is known`,
        checks: biases
      },
      {
        claim: 'so are the errors with the noise, bit-reversed',
        checks: exactErrors(reversed, REFERENCES)
      },
      simulatedAsPredicted(reversed, quick),
      {
        claim: 'on the ring bias² is 33 times less where neighbours differ than where they are alike',
        checks: [
          check('ring: sorted/far', sortedOverFar(bias, 'ring'), near(32.786, 1e-3, 'derived')),
          isNear('ring, far: with noise', square('ring', REVERSED), 2.1373387205e-2),
          check(
            'shuffled ring, median/sorted',
            median(shuffled) / bias('ring', SORTED),
            atMost(0.5, 'derived')
          )
        ]
      },
      {
        claim: 'which decides which graph is the better one: ring or one-peer exponential',
        checks: [
          check('sorted: ring/one-peer', ringOverOnePeer(SORTED), near(24.438, 1e-3, 'derived')),
          check('far: ring/one-peer', ringOverOnePeer(REVERSED), near(0.2306, 1e-3, 'derived'))
        ]
      },
      {
        claim: 'where all places are alike, and with corrections, it does not matter',
        checks: [
          check('star: sorted/far', sortedOverFar(bias, 'star graph'), near(1, 1e-6, 'derived')),
          check('ring corrected, sorted', bias('ring, corrected', SORTED), ZERO),
          check('ring corrected, far', bias('ring, corrected', REVERSED), ZERO),
          check(
            'ring corrected: sorted/far',
            sortedOverFar(square, 'ring, corrected'),
            near(1, 1e-6, 'derived')
          )
        ]
      }
    ],
    panels: [errorsByStep(reversed, 'Bit-reversed: neighbours differ', CONTENDERS), shuffles(done, shuffled)],
    notes: [
      'The hypercube has the same bias both ways, as bit reversal only renumbers the digits in which its neighbours differ.'
    ]
  }
}

const median = (ascending: readonly number[]): number =>
  ascending[Math.floor(ascending.length / 2)] ?? Number.NaN

/** What a shuffled ring is likely to come to, between the two that are not shuffled. */
function shuffles(done: LongRuns, ascending: readonly number[]): Panel {
  const level = (y: number) =>
    [
      [0, y],
      [1, y]
    ] as const
  return {
    title: `Bias of the ring, η = ${STEP_SIZE}: shuffled ${ascending.length} times`,
    x: { label: 'part of the draws with no more', log: false },
    y: { label: 'bias²', log: true },
    series: [
      { name: 'sorted', colour: 3, style: 'dashed', points: level(found(done, 'ring', SORTED).bias) },
      { name: 'bit-reversed', colour: 2, style: 'dashed', points: level(found(done, 'ring', REVERSED).bias) },
      {
        name: 'shuffled',
        colour: 0,
        style: 'points',
        points: ascending.map((y, k) => [(k + 1) / ascending.length, y] as const)
      }
    ]
  }
}

/** `placement`. */
export const placement: Figure<LongRunSettings, LongRun> = {
  name: 'placement',
  title: 'The same graph and the same peers, placed otherwise.',
  paper: 'after Bellet, Kermarrec, Lavoie 2021 (D-Cliques), and Le Bars et al., AISTATS 2023',
  settings: quick => [
    `${SHAPE}; b_i = 4 (i − 7.5) / 16, sorted along the graph, bit-reversed, or shuffled ${draws(quick)} times.`,
    'Predicted exactly, and simulated. Corrected: gossip-scafflsa with lazy weights.'
  ],
  cells,
  compute: longRun,
  judge
}
