/**
 * How the state of a swarm scatters about its mean path in the long run, where samples are independent: the fixed point of
 *
 *     C ← F C Fᵀ + Q diag(K_1, …, K_N) Qᵀ,   K_i = K_i(E y_i y_iᵀ) of `noise.ts`,
 *
 * with the mean map F of a round and Q of its exchange. K_i depends on where the mean path is and on the peer's own part of C, since the
 * noise of TD is multiplicative. Exact for independent samples, of any aggregation that is linear.
 */
import type { Fleet } from '../interfaces.ts'
import type { Exchange, Unknown } from './exchange.ts'
import { endOf, type LinearMap, spectralRadius } from './linear-map.ts'
import type { MeanPath } from './mean-path.ts'
import { type StepNoise, stepNoise } from './noise.ts'

export interface SecondMoments extends LinearMap {
  /** What the mean path alone adds in a period, from C = 0. */
  noiseInto(out: Float64Array): void
}

/** Vectors of the Krylov space of a larger C do not fit. */
const LARGEST_STATE = 1000

const TOO_LARGE: Unknown = {
  unknown: 'too large to compute exactly: fewer peers, states, features or local steps would do'
}

/** The map of C in a period; undefined where getting ready takes more than `work` multiplications. */
export function secondMoments(
  fleet: Fleet,
  path: Omit<MeanPath, 'contraction'>,
  solution: Float64Array,
  work: number
): SecondMoments | undefined {
  const { recursion, steps, rounds } = path
  const { rows, exchanges } = recursion
  const { peers, parameters: d } = steps.systems
  const size = rows * d
  if (size > LARGEST_STATE) return undefined
  const noises: StepNoise[] = []
  for (let i = 0; i < peers; i++) {
    const noise = stepNoise(fleet, i, solution, steps, work / peers)
    if (noise === undefined) return undefined
    noises.push(noise)
  }
  const ofMean = meanMoments(path, noises[0]!.size)
  const scratch = new Float64Array(size * size)
  const added = new Float64Array(size * size)
  const scatter = scatterOver(peers, rows, d)
  const moments = new Float64Array(noises[0]!.size ** 2)
  const blocks = new Float64Array(peers * d * d)

  /** With the moments of the mean path, or of C alone. */
  function round(r: number, withMean: boolean, c: Float64Array): void {
    for (let i = 0; i < peers; i++) {
      if (withMean) moments.set(ofMean[r]![i]!)
      else moments.fill(0)
      addOwnPart(path, i, c, moments)
      noises[i]!.covarianceInto(moments, blocks.subarray(i * d * d, (i + 1) * d * d))
    }
    for (let pass = 0; pass < 2; pass++) {
      for (let row = 0; row < size; row++) {
        const from = row * size
        rounds.roundInto(r, c.subarray(from, from + size), false, scratch.subarray(from, from + size))
      }
      transposeInto(scratch, size, size, c)
    }
    scatter(exchanges[r]!, blocks, added)
    for (let at = 0; at < c.length; at++) c[at] = c[at]! + added[at]!
  }

  const mixing = exchanges.reduce((sum, each) => sum + each.work, 0)
  const sampling = noises.reduce((sum, noise) => sum + noise.work, 0)
  return {
    size: size * size,
    work: 2 * size * rounds.work + exchanges.length * sampling + (peers + rows) * d * d * mixing,
    apply(x, out) {
      out.set(x)
      for (let r = 0; r < exchanges.length; r++) round(r, false, out)
    },
    noiseInto(out) {
      out.fill(0)
      for (let r = 0; r < exchanges.length; r++) round(r, true, out)
    }
  }
}

/** The stationary covariance at the end of a period, `rows * d` squared; or why there is none. */
export function stationaryCovariance(
  fleet: Fleet,
  path: MeanPath,
  solution: Float64Array,
  work: number
): { readonly covariance: Float64Array; readonly contraction: number } | Unknown {
  const map = secondMoments(fleet, path, solution, work)
  if (map === undefined) return TOO_LARGE
  const noise = new Float64Array(map.size)
  map.noiseInto(noise)
  for (const affordable of [work / 8, work]) {
    const contraction = spectralRadius(map, affordable / 2)
    if (contraction === undefined) continue
    if (!(contraction < 1)) return UNBOUNDED
    if (noise.every(value => value === 0)) return { covariance: noise, contraction }
    const covariance = endOf(map, noise, contraction, affordable)
    if (covariance !== undefined) return { covariance, contraction }
  }
  return TOO_LARGE
}

const UNBOUNDED: Unknown = {
  unknown:
    'the variance grows without bound, though the mean path converges: the step size is too large for samples'
}

/** Per round of a period and peer: E[yyᵀ] of the mean path. */
function meanMoments(
  { recursion, steps, rounds, end }: Omit<MeanPath, 'contraction'>,
  size: number
): Float64Array[][] {
  const { starts, corrections, exchanges } = recursion
  const d = steps.systems.parameters
  let state = end
  return exchanges.map((_, r) => {
    const here = state
    state = new Float64Array(here.length)
    rounds.roundInto(r, here, true, state)
    return Array.from(starts, (start, i) => {
      const y = new Float64Array(size)
      y[0] = 1
      y.set(here.subarray(start * d, (start + 1) * d), 1)
      if (corrections !== undefined)
        y.set(here.subarray((corrections + i) * d, (corrections + i + 1) * d), 1 + d)
      return Float64Array.from({ length: size * size }, (_, at) => y[Math.floor(at / size)]! * y[at % size]!)
    })
  })
}

/** Adds the part of C that belongs to e_i, and ζ_i if there is one, to the moments of y_i. */
function addOwnPart(
  { recursion, steps }: Pick<MeanPath, 'recursion' | 'steps'>,
  i: number,
  c: Float64Array,
  moments: Float64Array
): void {
  const { starts, corrections, rows } = recursion
  const d = steps.systems.parameters
  const size = rows * d
  const places = [starts[i]! * d]
  if (corrections !== undefined) places.push((corrections + i) * d)
  const width = 1 + places.length * d
  places.forEach((from, p) => {
    places.forEach((to, q) => {
      for (let j = 0; j < d; j++) {
        const row = (1 + p * d + j) * width + 1 + q * d
        for (let k = 0; k < d; k++) moments[row + k] = moments[row + k]! + c[(from + j) * size + to + k]!
      }
    })
  })
}

/** Q diag(K_i) Qᵀ */
function scatterOver(
  peers: number,
  rows: number,
  d: number
): (exchange: Exchange, blocks: Float64Array, out: Float64Array) => void {
  const width = peers * d
  const size = rows * d
  const nothing = new Float64Array(size)
  const psi = new Float64Array(width)
  const half = new Float64Array(width * size)
  const turned = new Float64Array(size * width)
  return (exchange, blocks, out) => {
    for (let row = 0; row < width; row++) {
      const i = Math.floor(row / d)
      psi.fill(0)
      psi.set(blocks.subarray(row * d, (row + 1) * d), i * d)
      exchange.into(nothing, psi, d, half.subarray(row * size, (row + 1) * size))
    }
    transposeInto(half, width, size, turned)
    for (let row = 0; row < size; row++) {
      const image = out.subarray(row * size, (row + 1) * size)
      exchange.into(nothing, turned.subarray(row * width, (row + 1) * width), d, image)
    }
  }
}

/** `x` has `rows` rows of `columns`. */
function transposeInto(x: Float64Array, rows: number, columns: number, out: Float64Array): void {
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = x[r * columns + c]!
}
