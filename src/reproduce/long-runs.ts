/** What the figures of swarms with quadratics have in common: their cells, and how their errors are shown beside exact ones. */
import type { Cell } from '../cells/compute.ts'
import type { Panel, Series } from '../drawing/panel.ts'
import { figure } from '../report/format.ts'
import { check, near, nearOrZero, ZERO } from './expect.ts'
import { type Check, type Claim, type Done, resultOf, type Table } from './figure.ts'
import { CONTENDERS, type Contender, type LongRun, type LongRunSettings } from './quadratics.ts'

/** The cells of such a figure. */
export type LongRuns = readonly Done<LongRunSettings, LongRun>[]

/** The steps of which the exact errors are known. */
export const STEPS = [0.01, 0.1] as const

/** What all of them have in common, in words. */
export const SHAPE = '16 peers, f_i = (x − b_i)²/2, gradients with noise of variance 1, Metropolis weights'

/** Relative; ours and the references are exact but for rounding. */
const DIGITS = 1e-5

/** Rounds that are simulated with each step. */
export interface Form {
  readonly stepSizes: readonly number[]
  readonly rounds: Readonly<Record<number, number>>
}
const FULL: Form = {
  stepSizes: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9],
  rounds: { 0.01: 200_000, 0.1: 60_000 }
}
const QUICK: Form = { stepSizes: [...STEPS], rounds: { 0.1: 1000 } }
/** The one or the other. */
export const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

/** How far what is simulated may be from what is exact: every 1/η rounds are worth one independent sample. */
const margin = (quick: boolean): number => (quick ? 0.35 : 0.12)

/** One cell, of 16 peers unless it says otherwise. */
export function cellOf(
  settings: Omit<LongRunSettings, 'peers' | 'seed'> & { seed?: string }
): Cell<LongRunSettings> {
  const { rounds, stepSize } = settings
  return {
    settings: { peers: 16, seed: '1', ...settings },
    seconds: 0.1 + rounds * (stepSize < 0.1 ? 1.2e-5 : 1.5e-5)
  }
}

/** Each contender with each step. */
export const cellsOf = (
  { stepSizes, rounds }: Form,
  how: Pick<LongRunSettings, 'wishes' | 'placement'>,
  contenders = CONTENDERS
): Cell<LongRunSettings>[] =>
  contenders.flatMap(contender =>
    stepSizes.map(stepSize => cellOf({ ...how, contender, stepSize, rounds: rounds[stepSize] ?? 0 }))
  )

/** The first that was done with these settings. */
export function found(
  done: LongRuns,
  contender: string,
  part: Partial<Omit<LongRunSettings, 'contender'>>
): LongRun {
  const own = done.filter(({ settings }) => settings.contender.name === contender)
  return resultOf(own, part) ?? { square: Number.NaN, bias: Number.NaN, simulated: null }
}

/** An exact number of ours beside an exact reference. */
export const isNear = (what: string, ours: number, reference: number): Check =>
  check(what, ours, nearOrZero(reference, DIGITS))

/** E (x_i − θ*)², by contender: with each of STEPS. */
export type References = Readonly<Record<string, readonly [number, number]>>

/** Errors of all that are known, beside ours. */
export const exactErrors = (done: LongRuns, references: References): Check[] =>
  Object.entries(references).flatMap(([name, ofSteps]) =>
    STEPS.map((stepSize, k) =>
      isNear(`${name}, η=${stepSize}`, found(done, name, { stepSize }).square, ofSteps[k] ?? Number.NaN)
    )
  )

/** Simulated over predicted, of all that was simulated. */
export const simulatedAsPredicted = (done: LongRuns, quick: boolean): Claim => ({
  claim: 'the simulated swarm scatters as widely as that (simulated over predicted)',
  checks: done.flatMap(({ settings: { contender, stepSize }, result: { square, simulated } }) =>
    simulated === null
      ? []
      : [check(`${contender.name}, η=${stepSize}`, simulated / square, near(1, margin(quick), 'derived'))]
  )
})

/** Lines as predicted, points as simulated. */
export function errorsByStep(done: LongRuns, title: string, contenders: readonly Contender[]): Panel {
  const series = contenders.flatMap(({ name }, k): Series[] => {
    const own = done.filter(({ settings }) => settings.contender.name === name)
    const colour = k % 6
    return [
      {
        name,
        colour,
        style: k < 6 ? 'line' : 'dashed',
        points: own.map(({ settings: { stepSize }, result }) => [stepSize, result.square] as const)
      },
      {
        name: 'simulated',
        colour,
        style: 'points',
        points: own.flatMap(({ settings: { stepSize }, result: { simulated } }) =>
          simulated === null ? [] : [[stepSize, simulated] as const]
        )
      }
    ]
  })
  return {
    title,
    x: { label: 'η', log: true },
    y: { label: 'mean E (x_i − θ*)²', log: true },
    series: series.filter(({ points }) => points.length > 0)
  }
}

/** A row for each contender: the error, how many times that of the server it is, and its part without noise, for each of STEPS. */
export const tableByStep = (done: LongRuns, contenders: readonly Contender[]): Table => ({
  legend:
    'E (x_i − θ*)² in the long run, in the mean over the peers, exact; how many times as much as with the server; and what is left of it without noise (bias²).',
  header: [['', ...STEPS.flatMap(step => [`η=${step}`, '/server', 'bias²'])]],
  rows: contenders.map(({ name }) => [
    name,
    ...STEPS.flatMap(stepSize => {
      const { square, bias } = found(done, name, { stepSize })
      const server = found(done, 'server', { stepSize }).square
      return [figure(square), figure(square / server), bias < ZERO.high ? '0' : figure(bias)]
    })
  ])
})
