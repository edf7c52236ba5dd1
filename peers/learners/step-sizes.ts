/** Step sizes that shrink with the rounds that a peer has learnt in: η_r = η / (1 + r/τ)^p for r = 0, 1, …, p = 1 or ½. */
import { z } from 'zod'
import type { Learner } from '../../src/interfaces.ts'

/** Options of every learner that has a schedule. */
export const scheduleOptions = {
  schedule: z
    .enum(['constant', 'inverse', 'square-root'])
    .default('constant')
    .describe('step size of round r = 0, 1, …: constant, inverse: η/(1 + r/τ), square-root: η/√(1 + r/τ)'),
  after: z.number().positive().default(100).describe('τ of the schedule, in rounds')
}

export interface Schedule {
  readonly schedule: 'constant' | 'inverse' | 'square-root'
  readonly after: number
}

/** Whether η changes from round to round. */
export const variesStepSize = ({ schedule }: Schedule): boolean => schedule !== 'constant'

/** A learner that is told its step size. */
export interface SteppedLearner extends Omit<Learner, 'run'> {
  run(
    theta: Float64Array,
    stride: number,
    first: number,
    last: number,
    correction: Float64Array | undefined,
    stepSize: number
  ): void
}

/** `learner`, of so many peers, with step sizes by `options`; a run is a round of the peers that it is for. */
export function scheduled(
  learner: SteppedLearner,
  options: Schedule,
  stepSize: number,
  peers: number
): Learner {
  if (!variesStepSize(options)) {
    return {
      ...learner,
      run: (theta, stride, first, last, correction) =>
        learner.run(theta, stride, first, last, correction, stepSize)
    }
  }
  const rounds = new Int32Array(peers)
  function stepSizeOf(round: number): number {
    const slowness = 1 + round / options.after
    return stepSize / (options.schedule === 'inverse' ? slowness : Math.sqrt(slowness))
  }
  return {
    ...learner,
    state: { ...learner.state, rounds },
    restart(peer, incarnation) {
      rounds[peer] = 0
      learner.restart(peer, incarnation)
    },
    run(theta, stride, first, last, correction) {
      for (let from = first, to = first; from < last; from = to) {
        const round = rounds[from]!
        for (; to < last && rounds[to] === round; to++) rounds[to] = round + 1
        learner.run(theta, stride, from, to, correction, stepSizeOf(round))
      }
    }
  }
}
