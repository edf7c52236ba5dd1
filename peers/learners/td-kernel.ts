/**
 * The hot loop of sampled TD(0): H steps for a block of peers,
 *
 *     δ = r + γ φ(s')·θ − φ(s)·θ,   θ ← θ + η (δ φ(s) + ξ)            (Mangold et al. 2024, §2; ξ = 0 without correction)
 *
 * The loop is written once, as text, and compiled for what a fleet needs: dot products unrolled into locals for small
 * d, one-hot features as a table look-up, draws of xoshiro128** inlined, and nothing at all for what is not there
 * (noise, restarts, correction). Only integers and the words below enter the text. Every variant gives the same bits:
 * a dot product has four accumulators over j ≡ 0 … 3 (mod 4), added as (a₀ + a₂) + (a₁ + a₃).
 *
 * Draws of one step, in order: the state (iid only), the outcome, the reward (with noise only), the next start (Markov
 * sampling, only after an absorbing state); and of each transition that is passed over the same.
 */
import type { RewardNoise } from '../../src/interfaces.ts'

export interface KernelShape {
  readonly features: 'one-hot' | 'table'
  /** Doubles per row of θ and of the feature table; a multiple of 4. */
  readonly stride: number
  readonly sampling: 'iid' | 'markov'
  readonly noise: RewardNoise['kind']
  /** Some states absorb: the chain restarts from the reset distribution. */
  readonly restarts: boolean
  /** Transitions are passed over between two that are learnt from; Markov sampling only. */
  readonly skips: boolean
  readonly corrected: boolean
}

/** All that a kernel reads and writes; see `OutcomeTables` and `AliasTables` for the layouts. */
export interface KernelData {
  readonly states: number
  readonly bits: number
  readonly thresholds: Int32Array
  readonly aliases: Uint32Array
  readonly next: Uint16Array
  readonly rewards: Float64Array
  readonly halfWidth: number
  readonly features: Float64Array
  /** Of the stationary distributions, one table per peer; empty unless iid. */
  readonly startBits: number
  readonly startThresholds: Int32Array
  readonly startAliases: Uint32Array
  /** Of the reset distribution, one table; and 1 for each absorbing state of each peer. */
  readonly resetBits: number
  readonly resetThresholds: Int32Array
  readonly resetAliases: Uint32Array
  readonly absorbing: Uint8Array
  /** Four words of xoshiro128** and the current state of the chain, per peer. */
  readonly words: Int32Array
  readonly chain: Int32Array
  /** So many, where the shape skips. */
  readonly skip: number
  stepSize: number
  readonly discount: number
}

export type Kernel = (
  data: KernelData,
  theta: Float64Array,
  correction: Float64Array | undefined,
  first: number,
  last: number,
  steps: number
) => void

/** Above this many doubles a row is looped over instead of held in locals: V8 runs out of registers. */
const UNROLLED_STRIDE = 16

const kernels = new Map<string, Kernel>()

/** The kernel of this shape, compiled on first use. */
export function kernelFor(shape: KernelShape): Kernel {
  const key = JSON.stringify(shape)
  let kernel = kernels.get(key)
  if (kernel === undefined) {
    kernel = new Function(
      'data',
      'theta',
      'correction',
      'first',
      'last',
      'steps',
      kernelSource(shape)
    ) as Kernel
    kernels.set(key, kernel)
  }
  return kernel
}

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k)

/** Declares `name` as the next 32-bit draw; the four words are the locals a, b, c, e. */
const draw = (name: string): string => `
  let ${name} = Math.imul(b, 5)
  ${name} = Math.imul((${name} << 7) | (${name} >>> 25), 9)
  { const shifted = b << 9; c ^= a; e ^= b; b ^= c; a ^= e; c ^= shifted; e = (e << 11) | (e >>> 21) }`

/** Draws from an alias table, without a branch: `below` is all ones below the threshold, else 0. */
const drawOutcome = (
  name: string,
  table: string,
  bits: string,
  thresholds: string,
  aliases: string
): string => `
  ${draw(`${name}Draw`)}
  const ${name}Column = ${name}Draw & ((1 << ${bits}) - 1)
  const ${name}Below = ((${name}Draw >>> ${bits}) - ${thresholds}[${table} + ${name}Column]) >> 31
  const ${name} = (${name}Column & ${name}Below) | (${aliases}[${table} + ${name}Column] & ~${name}Below)`

function kernelSource(shape: KernelShape): string {
  const { stride, sampling, noise, restarts, skips } = shape
  const vectors =
    shape.features === 'one-hot' ? oneHot(shape) : stride <= UNROLLED_STRIDE ? unrolled(shape) : looped(shape)
  const rewardOf = {
    none: 'const reward = mean',
    // `paid` is −1 with probability |mean|, else 0; no branch, for none can be predicted.
    bernoulli: `${draw('u')}
  const paid = ((u >>> 2) - ((Math.abs(mean) * 1073741824) | 0)) >> 31
  const reward = mean < 0 ? paid : paid & 1`,
    uniform: `${draw('u')}
  const reward = mean + data.halfWidth * (2 * ((u >>> 0) / 4294967296) - 1)`
  }[noise]
  const outcome = `const table = (tables + s) << bits
    ${drawOutcome('outcome', 'table', 'bits', 'thresholds', 'aliases')}`
  const moveOn =
    sampling === 'markov' && restarts
      ? `if (absorbing[tables + s] === 1) { ${drawOutcome('reset', '0', 'resetBits', 'resetThresholds', 'resetAliases')}; s = reset } else s = s2`
      : 's = s2'
  return `'use strict'
const { states, bits, thresholds, aliases, next, rewards, features, words, chain, stepSize, discount } = data
const { startBits, startThresholds, startAliases, resetBits, resetThresholds, resetAliases, absorbing } = data
for (let i = first; i < last; i++) {
  let a = words[4 * i] | 0, b = words[4 * i + 1] | 0, c = words[4 * i + 2] | 0, e = words[4 * i + 3] | 0
  let s = chain[i] | 0
  const row = i * ${stride}, tables = i * states
  ${vectors.load}
  for (let h = 0; h < steps; h++) {
    ${sampling === 'iid' ? `${drawOutcome('start', '(i << startBits)', 'startBits', 'startThresholds', 'startAliases')}; s = start` : ''}
    ${outcome}
    const s2 = next[table + outcome], mean = rewards[table + outcome]
    ${rewardOf}
    ${vectors.values}
    const gain = stepSize * (reward + discount * w - v)
    ${vectors.update}
    ${moveOn}
    ${skips ? `for (let k = 0; k < data.skip; k++) { ${outcome}; const s2 = next[table + outcome]; ${noise === 'none' ? '' : draw('unseen')}; ${moveOn} }` : ''}
  }
  ${vectors.store}
  words[4 * i] = a; words[4 * i + 1] = b; words[4 * i + 2] = c; words[4 * i + 3] = e
  chain[i] = s
}`
}

/** What a representation of θ contributes to the loop: v = φ(s)·θ, w = φ(s')·θ, and θ ← θ + (gain φ(s) + η ξ). */
interface Vectors {
  readonly load: string
  readonly values: string
  readonly update: string
  readonly store: string
}

function oneHot({ stride, corrected }: KernelShape): Vectors {
  return {
    load: '',
    values: 'const v = theta[row + s], w = theta[row + s2]',
    update: corrected
      ? `for (let j = row; j < row + ${stride}; j++) theta[j] += stepSize * correction[j]
      theta[row + s] = v + (gain + stepSize * correction[row + s])`
      : 'theta[row + s] = v + gain',
    store: ''
  }
}

function unrolled({ stride, corrected }: KernelShape): Vectors {
  const each = (write: (j: number) => string): string => range(stride).map(write).join('; ')
  const dot = (name: string): string => {
    const lane = (k: number): string =>
      range(stride / 4)
        .map(q => `${name}${4 * q + k} * t${4 * q + k}`)
        .join(' + ')
    return `((${lane(0)}) + (${lane(2)})) + ((${lane(1)}) + (${lane(3)}))`
  }
  const shift = (j: number): string => (corrected ? `, x${j} = stepSize * correction[row + ${j}]` : '')
  return {
    load: each(j => `let t${j} = theta[row + ${j}]${shift(j)}`),
    values: `const p = s * ${stride}, q = s2 * ${stride}
    ${each(j => `const f${j} = features[p + ${j}], n${j} = features[q + ${j}]`)}
    const v = ${dot('f')}
    const w = ${dot('n')}`,
    update: each(j => `t${j} += gain * f${j}${corrected ? ` + x${j}` : ''}`),
    store: each(j => `theta[row + ${j}] = t${j}`)
  }
}

function looped({ stride, corrected }: KernelShape): Vectors {
  const dot = (name: string, at: string): string => `
    let ${name}0 = 0, ${name}1 = 0, ${name}2 = 0, ${name}3 = 0
    for (let j = 0; j < ${stride}; j += 4) {
      ${range(4)
        .map(k => `${name}${k} += features[${at} + j + ${k}] * theta[row + j + ${k}]`)
        .join('; ')}
    }
    const ${name} = (${name}0 + ${name}2) + (${name}1 + ${name}3)`
  return {
    load: '',
    values: `const p = s * ${stride}, q = s2 * ${stride}
    ${dot('v', 'p')}
    ${dot('w', 'q')}`,
    update: `for (let j = 0; j < ${stride}; j++) theta[row + j] += gain * features[p + j]${corrected ? ' + stepSize * correction[row + j]' : ''}`,
    store: ''
  }
}
