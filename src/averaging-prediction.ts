/**
 * What theory says of pure averaging: by what a round of an aggregation shrinks differences. Where there is no formula, what it says
 * of plain gossip with the same W is something to compare with.
 */
import { extremesOf } from '../topologies/mixing/eigenvalues.ts'
import type { Study } from '../topologies/mixing/study.ts'
import { diameter } from '../topologies/parts/graph.ts'
import { omegasOf } from './aggregation/accelerated.ts'
import { aggregations } from './aggregation/index.ts'
import { isOurs, nameOf } from './aggregation/names.ts'
import { parseNamed } from './experiment/named.ts'
import type { MixingMatrix } from './interfaces.ts'

export interface Prediction {
  /** What is predicted: the aggregation itself, or for want of a formula plain gossip with the same W. */
  readonly of: string
  /** No start does worse; or what holds in the long run; or the root mean square over all that may be drawn. */
  readonly kind: 'bound' | 'long run' | 'mean square'
  /** By what a round shrinks differences; 0 where they end after `exactAfter` rounds. */
  readonly rate: number
  readonly exactAfter: number | null
  /** Rounds after which it holds, and after twice as many, …. */
  readonly period: number
}

/** What theory says of `spec` on a topology; `hops` are the exchanges of a round. */
export function predictionOf(spec: string, study: Study, hops: number): Prediction | null {
  const { contraction, spectrum, topology, at } = study
  const { perRound, exactAfter } = contraction
  const isDoubly = study.stochastic === 'doubly'
  const name = nameOf(spec)
  if (!isOurs(name)) return null
  const plain: Prediction | null =
    perRound === null
      ? null
      : {
          of: 'gossip',
          kind: topology.period === null ? 'mean square' : isDoubly && perRound < 1 ? 'bound' : 'long run',
          rate: exactAfter === null ? perRound : 0,
          exactAfter,
          period: contraction.perPeriod === null ? 1 : (topology.period ?? 1)
        }
  const { options } = parseNamed(spec, aggregations, 'aggregation')
  const steps = (options as { readonly steps?: number }).steps ?? 1
  const radius = spectrum?.converged && isDoubly ? spectrum.spectralRadius : null
  const ofItself = { of: spec, kind: 'bound', exactAfter: null, period: 1 } as const
  const bounded = (rate: number): Prediction => ({ ...ofItself, rate })
  switch (name) {
    case 'none':
    case 'pf-lsa':
    case 'gossip-pf-lsa':
      // Of these two only steps are averaged.
      return bounded(1)
    case 'star':
    case 'star-scafflsa':
    case 'mesh':
      return { ...ofItself, rate: 0, exactAfter: 1 }
    case 'relay-sum': {
      const { value, exact } = diameter(study.graph)
      return exact ? { ...ofItself, rate: 0, exactAfter: value } : plain
    }
    case 'gossip':
      if (plain === null || steps === 1) return plain
      if (topology.period !== 1) return null
      return {
        ...plain,
        of: spec,
        rate: Math.exp(steps * Math.log(plain.rate)),
        exactAfter: exactAfter === null ? null : Math.ceil(exactAfter / steps)
      }
    case 'chebyshev':
      return radius === null || radius === 0 ? plain : bounded(1 / Math.cosh(steps * Math.acosh(1 / radius)))
    case 'momentum':
      return radius === null ? plain : bounded(momentumRate(radius, steps))
    case 'push-sum':
      return spectrum?.secondModulus == null
        ? null
        : { ...ofItself, kind: 'long run', rate: spectrum.secondModulus, exactAfter }
    case 'pairwise': {
      const rate = pairwiseRate(at(0), hops)
      return rate === null ? plain : { ...ofItself, kind: 'mean square', rate }
    }
    case 'graph-regularised':
    case 'interpolation':
    case 'similarity':
      return null
    default:
      return plain
  }
}

/**
 * By what a round of random pairs shrinks differences, in the root mean square: √λ₂ of W̄ for each, where peer i wakes up with the
 * probability 1/N and meets each of its d_i neighbours with 1/d_i.
 */
function pairwiseRate(matrix: MixingMatrix, slots: number): number | null {
  const { participants, rowStart, senders } = matrix.links
  if (participants < 2) return null
  const degree = (i: number): number => rowStart[i + 1]! - rowStart[i]!
  const weights = new Float64Array(senders.length)
  const selfWeights = new Float64Array(participants).fill(1)
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      weights[k] = (1 / degree(i) + 1 / degree(senders[k]!)) / (2 * participants)
      selfWeights[i] = selfWeights[i]! - weights[k]!
    }
  }
  const { largest, converged } = extremesOf({ ...matrix, weights, selfWeights, symmetric: true })
  return converged ? Math.exp((slots / 2) * Math.log(largest)) : null
}

/** By what a round of `steps` exchanges with momentum shrinks the worst mode, λ = ρ: its polynomial p_steps(ρ). */
function momentumRate(radius: number, steps: number): number {
  let before = 1
  let value = radius
  for (const omega of omegasOf('momentum', radius, steps)) {
    const next = omega * radius * value + (1 - omega) * before
    before = value
    value = next
  }
  return Math.abs(value)
}

/** What is predicted after this round, relative to the start: within a period, what held before it. */
export function predictedAt({ rate, exactAfter, period }: Prediction, round: number): number {
  if (exactAfter !== null) return round >= exactAfter ? 0 : 1
  const whole = round - (round % period)
  return rate === 0 ? (whole === 0 ? 1 : 0) : Math.exp(whole * Math.log(rate))
}
