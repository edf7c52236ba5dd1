/**
 * TD(0) with linear features (Sutton 1988); one-hot features make it tabular. Local steps θ ← θ − η (g − ξ) with
 * g = A(Z)θ − b(Z) for a sampled transition Z, or its expectation g = A_i θ − b_i.
 */
import { z } from 'zod'
import { anew, seedInto } from '../../src/core/random.ts'
import type { Features, Fleet, Learner, LearnerFamily, LearnerSettings } from '../../src/interfaces.ts'
import { absorbingStates, linearSystem, stationaryDistributions } from '../environments/exact.ts'
import { aliasTables, drawAlias, fillAliasTable } from './alias-table.ts'
import { type KernelData, kernelFor } from './td-kernel.ts'
import { outcomeTables } from './td-tables.ts'

export const td: LearnerFamily<Record<never, never>> = {
  description: 'TD(0) with linear features: estimates the value function of the given policy',
  options: z.strictObject({}),
  readOut: { measures: 'value', valuesInto },
  build: (fleet, settings) =>
    settings.sampling === 'expected' ? expectedTd(fleet, settings) : sampledTd(fleet, settings)
}

function sampledTd(fleet: Fleet, { seed, sampling, localSteps, stepSize }: LearnerSettings): Learner {
  const { peers, states, features, noise, discount } = fleet
  const iid = sampling === 'iid'
  const words = new Int32Array(4 * peers)
  const outcomes = outcomeTables(fleet)
  const starts = aliasTables(iid ? peers : 0, states)
  if (iid) {
    const stationary = stationaryDistributions(fleet)
    for (let i = 0; i < peers; i++) fillAliasTable(starts, i, stationary, i * states, states)
  }
  const reset = aliasTables(1, states)
  fillAliasTable(reset, 0, fleet.reset, 0, states)
  const absorbing = absorbingStates(fleet)
  const chain = new Int32Array(peers)
  function restart(i: number, incarnation: number): void {
    seedInto(seed, i, anew('learner', incarnation), words, 4 * i)
    if (!iid) chain[i] = drawAlias(reset, 0, { words, at: 4 * i })
  }
  for (let i = 0; i < peers; i++) restart(i, 0)

  const kernel = (corrected: boolean) =>
    kernelFor({
      features: features.kind,
      stride: features.stride,
      sampling: iid ? 'iid' : 'markov',
      noise: noise.kind,
      restarts: absorbing.includes(1),
      corrected
    })
  const data: KernelData = {
    states,
    bits: outcomes.alias.bits,
    thresholds: outcomes.alias.thresholds,
    aliases: outcomes.alias.aliases,
    next: outcomes.next,
    rewards: outcomes.rewards,
    halfWidth: noise.kind === 'uniform' ? noise.halfWidth : 0,
    features: features.table,
    startBits: starts.bits,
    startThresholds: starts.thresholds,
    startAliases: starts.aliases,
    resetBits: reset.bits,
    resetThresholds: reset.thresholds,
    resetAliases: reset.aliases,
    absorbing,
    words,
    chain,
    stepSize,
    discount
  }
  const plain = kernel(false)
  const corrected = kernel(true)
  return {
    name: 'td',
    parameters: features.count,
    state: { words, chain },
    restart,
    run(theta, _stride, first, last, correction) {
      ;(correction === undefined ? plain : corrected)(data, theta, correction, first, last, localSteps)
    }
  }
}

/** The mean path: θ ← θ + η (b_i − A_i θ + ξ), H times. */
function expectedTd(fleet: Fleet, { localSteps, stepSize }: LearnerSettings): Learner {
  const { peers, states, features } = fleet
  const d = features.count
  const stationary = stationaryDistributions(fleet)
  const a = new Float64Array(peers * d * d)
  const b = new Float64Array(peers * d)
  for (let i = 0; i < peers; i++) {
    const row = stationary.subarray(i * states, (i + 1) * states)
    linearSystem(fleet, i, row, a.subarray(i * d * d, (i + 1) * d * d), b.subarray(i * d, (i + 1) * d))
  }
  const step = new Float64Array(d)
  return {
    name: 'td',
    parameters: d,
    state: {},
    restart: () => {},
    run(theta, stride, first, last, correction) {
      for (let i = first; i < last; i++) {
        const row = i * stride
        for (let h = 0; h < localSteps; h++) {
          for (let j = 0; j < d; j++) {
            let g = -b[i * d + j]!
            const at = (i * d + j) * d
            for (let k = 0; k < d; k++) g += a[at + k]! * theta[row + k]!
            step[j] = correction === undefined ? g : g - correction[row + j]!
          }
          for (let j = 0; j < d; j++) theta[row + j] = theta[row + j]! - stepSize * step[j]!
        }
      }
    }
  }
}

/** V_θ(s) = φ(s)·θ for all states; `theta` holds the row of θ at `row`. */
function valuesInto(features: Features, theta: Float64Array, row: number, out: Float64Array): void {
  if (features.kind === 'one-hot') {
    for (let s = 0; s < out.length; s++) out[s] = theta[row + s]!
    return
  }
  const { table, stride } = features
  for (let s = 0; s < out.length; s++) {
    const at = s * stride
    let v0 = 0
    let v1 = 0
    let v2 = 0
    let v3 = 0
    for (let j = 0; j < stride; j += 4) {
      v0 += table[at + j]! * theta[row + j]!
      v1 += table[at + j + 1]! * theta[row + j + 1]!
      v2 += table[at + j + 2]! * theta[row + j + 2]!
      v3 += table[at + j + 3]! * theta[row + j + 3]!
    }
    out[s] = v0 + v2 + (v1 + v3)
  }
}
