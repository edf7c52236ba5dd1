/** What the figures of a run say, in sentences. */
import { isPersonal } from '../aggregation/names.ts'
import type { Budget } from '../compare/comparison.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { amount, count, figure } from './format.ts'
import { label, NAMES, type Yardstick } from './measures.ts'

/** `1 round`, `12,800 rounds` */
export const counted = (number: number, noun: string): string =>
  `${count(number)} ${noun}${Math.round(number) === 1 ? '' : 's'}`

/** `1,000,000 bytes at the busiest`: what a comparison's contenders may use up. */
export const budgetInWords = ({ of, amount: limit }: Budget): string =>
  `${amount(limit)} ${limit === 1 ? of.slice(0, -1) : of}${BUDGET_OF[of] ?? ''}`

const BUDGET_OF: Readonly<Partial<Record<Budget['of'], string>>> = {
  bytes: ' at the busiest',
  samples: ' of a peer'
}

/** What a round is not as usual: who takes part in it, and what is measured after it. */
export const unusualOf = ({
  participation,
  averaging
}: Pick<Experiment, 'participation' | 'averaging'>): string[] => [
  ...(participation < 1 ? [`participation ${participation}`] : []),
  ...(averaging === 'none' ? [] : [`averaging ${averaging}`])
]

/** As `10 local steps (markov, averaging tail)`. */
export const roundInWords = (experiment: Experiment): string =>
  `${counted(experiment.localSteps, 'local step')} (${[experiment.sampling, ...unusualOf(experiment)].join(', ')})`

/** One round is noisy: the same measure over the second half of the run. */
export function steady(results: readonly Result[], { metric }: Yardstick): string[] {
  const figures = results.map(({ aggregation, tail }) => `${label(aggregation)} ${figure(tail?.[metric])}`)
  return [
    `${metric === 'return' ? 'Mean' : 'Root mean square'} of the ${NAMES[metric]} over the second half of the run:`,
    `${figures.join(', ')}.`
  ]
}

/** What the peers lived through, and whether that was enough for the target. */
export function experienceInWords({ status, experiment }: Outcome, { round, experience }: Result): string[] {
  if (experience === null) return []
  const { episodes, steps } = experience
  const lived = `${counted(episodes, 'episode')}, ${counted(steps, 'step')}`
  return experiment.until !== null && status === 'finished'
    ? [`${experiment.until.trim()} after ${counted(round, 'round')}: ${lived} per peer, on average.`]
    : [`A peer lived through ${lived}, on average.`]
}

/** Whether all peers came to one point. */
export function agreement({ aggregation, swarm, stopped }: Result): string[] {
  const { fixedPointError } = swarm
  if (fixedPointError === null || fixedPointError >= 1e-6 || aggregation === 'none') return []
  const who = stopped.length === 0 ? 'All peers' : 'All peers that take part'
  return [`${who} reached one common point, the federation's θ*, to ${figure(fixedPointError)}.`]
}

/** Whom federation helped: `gains` per peer against learning alone, NaN for those that do not count. */
export function gainInWords(
  alone: Result,
  result: Result,
  { metric: measure, isBetter, formula, write }: Yardstick,
  gains: Float64Array
): string[] {
  const [before, after] = [alone.peers[measure] ?? gains, result.peers[measure] ?? gains]
  const live = [...gains.keys()].filter(i => !Number.isNaN(before[i]!) && !Number.isNaN(after[i]!))
  const peers = live.length
  if (peers <= 1) return []
  const helped = live.filter(i => isBetter(after[i]!, before[i]!)).length
  const harmed = live.filter(i => isBetter(before[i]!, after[i]!)).length
  const name = NAMES[measure]
  const sorted = gains.filter(gain => !Number.isNaN(gain)).sort()
  const least = write(sorted.at(0) ?? Number.NaN)
  const most = write(sorted.at(-1) ?? Number.NaN)
  const range = `gain (${formula}) ${least === most ? least : `${least} to ${most}`}`
  if (helped === 0 && harmed === 0) return [`Federation changed the ${name} of no peer.`]
  if (helped === peers) return [`Federation helped every peer: ${range}.`]
  if (harmed === peers) {
    return [
      `Federation made the ${name} of every peer worse than learning alone:`,
      `${range}.`,
      ...(isPersonal(result.aggregation)
        ? ['It may need more rounds, or to have less in common.']
        : isFartherFromCommon(result, alone)
          ? ['It has not come as near to the common point as they are alone: it may need more rounds.']
          : [
              `Where environments differ, no common ${measure === 'return' ? 'policy' : 'θ'} can be right for all of them.`
            ])
    ]
  }
  const others =
    harmed === 0
      ? 'the others are as well off alone'
      : `${count(harmed)} ${harmed === 1 ? 'does' : 'do'} better alone`
  return [`Federation helped ${count(helped)} of ${count(peers)} peers, ${others}:`, `${range}.`]
}

/** Whether the swarm is farther from θ* than peers that never talk. */
const isFartherFromCommon = ({ swarm }: Result, alone: Result): boolean =>
  (swarm.fixedPointError ?? 0) > (alone.swarm.fixedPointError ?? Number.POSITIVE_INFINITY)

/** How a run that was gone through again compares with the one that was recorded. */
export function replayInWords({ replayed }: Outcome): string[] {
  if (replayed === undefined) return []
  const { folder, sameParameters, missing } = replayed
  const less = missing === 0 ? '' : ` (${count(missing)} of its messages did not come there)`
  return [
    `Replayed ${folder} in the simulator${less}: ` +
      (sameParameters ? 'the same parameters, bit for bit.' : 'the parameters are not those recorded.')
  ]
}
