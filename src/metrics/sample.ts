/** One measured round as plain data, from θ and counters. */
import type { Learner, ParameterMatrix, RoundSample, RoundTraffic, Traffic } from '../interfaces.ts'
import type { Judge } from './judge.ts'

export interface Measured {
  /** Rounds completed. */
  readonly round: number
  readonly theta: ParameterMatrix
  /** Rows of θ's stride, or undefined where nothing is corrected. */
  readonly correction: Float64Array | undefined
  /** Per peer: 1 if it takes part. */
  readonly takesPart: Uint8Array
  /** Per peer; undefined where there are no episodes. */
  readonly experience: Learner['experience']
  readonly traffic: Traffic
  /** Per participant: `traffic.waitedFor` at the sample before. */
  readonly reportedWaits: Float64Array
  readonly virtualMs: number
  readonly seconds: number
}

export function sampleOf(judge: Judge, measured: Measured): RoundSample {
  const { round, theta, correction, takesPart, experience, traffic, reportedWaits } = measured
  const { virtualMs, seconds } = measured
  const waitedFor = [...reportedWaits.keys()].filter(p => traffic.waitedFor[p]! > reportedWaits[p]!)
  return {
    round,
    ...judge.measure(theta, takesPart),
    correctionSum: normOfSum(correction, theta, takesPart),
    stopped: [...takesPart.keys()].filter(i => takesPart[i] === 0),
    experience: experience === undefined ? null : meanOf(experience, takesPart),
    traffic: { ...totalsOf(traffic), waitedFor, virtualMs },
    seconds
  }
}

/** Over the peers that take part. */
function meanOf({ episodes, steps }: NonNullable<Learner['experience']>, takesPart: Uint8Array) {
  const peers = sumOf(takesPart)
  const mean = (column: Float64Array): number => sumOf(column.filter((_, i) => takesPart[i] === 1)) / peers
  return { episodes: mean(episodes), steps: mean(steps) }
}

/** ‖Σ_i ξ_i‖ over the peers that take part. */
function normOfSum(
  correction: Float64Array | undefined,
  { stride, parameters }: ParameterMatrix,
  takesPart: Uint8Array
): number | null {
  if (correction === undefined) return null
  let square = 0
  for (let j = 0; j < parameters; j++) {
    let sum = 0
    for (let i = 0; i < takesPart.length; i++) if (takesPart[i] === 1) sum += correction[i * stride + j]!
    square += sum * sum
  }
  return Math.sqrt(square)
}

function sumOf(column: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < column.length; i++) sum += column[i]!
  return sum
}

function totalsOf({ messagesIn, bytesIn, missing, refused, dropped }: Traffic) {
  const counted = Object.entries(dropped)
    .map(([reason, bySender]) => [reason, sumOf(bySender)] as const)
    .filter(([, count]) => count > 0)
  return {
    messages: sumOf(messagesIn),
    bytes: sumOf(bytesIn),
    missing: sumOf(missing),
    refused: sumOf(refused),
    dropped: Object.fromEntries(counted)
  } satisfies Partial<RoundTraffic>
}
