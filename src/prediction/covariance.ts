/**
 * How the state of a swarm scatters about its mean path in the long run: the fixed point of
 *
 *     C ← F C Fᵀ + Q diag(K_1, …, K_N) Qᵀ,   K_i = K_i(E y_i y_iᵀ) of `noise.ts`,
 *
 * with the mean map F of a round and Q of its exchange. K_i depends on where the mean path is and on the peer's own part of C, since the
 * noise of TD is multiplicative. Exact for independent samples, of any aggregation that is linear; to those of a trajectory
 * `correlation.ts` adds what they have to do with each other, to first order in η.
 */
import { type Correlation, correlationOf } from './correlation.ts'
import type { Exchange, Unknown } from './exchange.ts'
import { endOf, endOfPositive, type LinearMap } from './linear-map.ts'
import type { MeanPath } from './mean-path.ts'
import { type StepNoise, stepNoise } from './noise.ts'
import type { Sampler } from './sampler.ts'
import { samplesOf, samplesWork } from './samples.ts'
import { packedSize, packInto, trace, unpackInto } from './symmetric.ts'
import { transitionsOf } from './transitions.ts'

/** The map of C, of which the upper triangle is kept. */
export interface SecondMoments extends LinearMap {
  /** What the mean path alone adds in a period, from C = 0. */
  noiseInto(out: Float64Array): void
  /** C = I */
  readonly identity: Float64Array
}

/** Vectors of the Krylov space of a larger C do not fit. */
const LARGEST_STATE = 1000

const TOO_LARGE: Unknown = {
  unknown: 'too large to compute exactly: fewer peers, states, features or local steps would do'
}

/**
 * The map of C in a period, of samples that are independent but for the given correlation; undefined where getting ready takes more than
 * `work` multiplications.
 */
export function secondMoments(
  path: Omit<MeanPath, 'contraction'>,
  sampler: Sampler,
  work: number,
  correlation?: Correlation
): SecondMoments | undefined {
  const { recursion, steps, rounds } = path
  const { rows, exchanges } = recursion
  const { fleet, solution, peers, parameters: d, stationary } = steps.systems
  const size = rows * d
  if (size > LARGEST_STATE) return undefined
  const noises: StepNoise[] = []
  for (let i = 0; i < peers; i++) {
    const transitions = transitionsOf(fleet, i, stationary)
    if (samplesWork(transitions, sampler) > work / peers) return undefined
    const samples = (size: number) => samplesOf(transitions, solution, sampler, size)
    const noise = stepNoise(i, steps, samples, work / peers)
    if (noise === undefined) return undefined
    noises.push(noise)
  }
  const ofMean = meanMoments(path, noises[0]!.size)
  const scratch = new Float64Array(size * size)
  const added = new Float64Array(size * size)
  const scatter = scatterOver(peers, rows, d)
  const moments = new Float64Array(noises[0]!.size ** 2)
  const blocks = new Float64Array(peers * d * d)
  const betweenInto = correlation && betweenRounds(path, correlation)

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
    if (withMean && correlation)
      for (let at = 0; at < blocks.length; at++) blocks[at] = blocks[at]! + correlation.within[at]!
    scatter(exchanges[r]!, blocks, added)
    if (withMean) betweenInto?.(r, added)
    for (let at = 0; at < c.length; at++) c[at] = c[at]! + added[at]!
  }

  const mixing = exchanges.reduce((sum, each) => sum + each.work, 0)
  const sampling = noises.reduce((sum, noise) => sum + noise.work, 0)
  const whole = new Float64Array(size * size)
  function period(withMean: boolean, out: Float64Array): void {
    for (let r = 0; r < exchanges.length; r++) round(r, withMean, whole)
    packInto(whole, size, out)
  }
  const identity = new Float64Array(packedSize(size))
  for (let row = 0; row < size; row++) identity[packedSize(size) - packedSize(size - row)] = 1
  return {
    size: packedSize(size),
    identity,
    work: 2 * size * rounds.work + exchanges.length * sampling + (peers + rows) * d * d * mixing,
    apply(x, out) {
      unpackInto(x, size, whole)
      period(false, out)
    },
    noiseInto(out) {
      whole.fill(0)
      period(true, out)
    }
  }
}

/** How the state scatters at the end of a period, in the long run. */
export interface Scatter {
  /** `rows * d` squared. */
  readonly covariance: Float64Array
  /** By how much the mean is off the end of the mean path; undefined where samples are independent. */
  readonly shift?: Float64Array
}

/** Or why there is none. */
export function stationaryCovariance(path: MeanPath, sampler: Sampler, work: number): Scatter | Unknown {
  const isTrajectory = sampler.skip !== undefined
  const correlation = isTrajectory ? correlationOf(path, sampler, work) : undefined
  if (isTrajectory && correlation === undefined) return TOO_LARGE
  const map = secondMoments(path, sampler, work, correlation)
  if (map === undefined) return TOO_LARGE
  const noise = new Float64Array(map.size)
  map.noiseInto(noise)
  const found = endOfPositive(map, noise, work)
  if (found === undefined) return TOO_LARGE
  const { end } = found
  if (end === undefined) return UNBOUNDED
  const size = path.rounds.size
  const covariance = new Float64Array(size * size)
  unpackInto(end, size, covariance)
  // Beyond a limit so near that the radius does not show it, it is negative.
  if (trace(covariance, size) < 0) return UNBOUNDED
  if (correlation === undefined) return { covariance }
  const shift = shiftOf(path, correlation, work)
  return shift === undefined ? TOO_LARGE : { covariance, shift }
}

/** Where Z ← F Z + Q g ends. */
function shiftOf(
  { recursion, steps, rounds, contraction }: MeanPath,
  { drift }: Correlation,
  work: number
): Float64Array | undefined {
  const { size } = rounds
  const nothing = new Float64Array(size)
  const next = new Float64Array(size)
  const image = new Float64Array(size)
  const pull = new Float64Array(size)
  recursion.exchanges.forEach((exchange, r) => {
    rounds.roundInto(r, pull, false, next)
    exchange.into(nothing, drift, steps.systems.parameters, image)
    for (let at = 0; at < size; at++) pull[at] = next[at]! + image[at]!
  })
  return pull.every(value => value === 0) ? pull : endOf(rounds, pull, contraction, work)
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

/** Adds S + Sᵀ, of what the noise of a round has to do with that of the rounds before, to the covariance after round r of a period. */
function betweenRounds(
  { recursion, steps, rounds }: Omit<MeanPath, 'contraction'>,
  { between }: Correlation
): (r: number, out: Float64Array) => void {
  const { exchanges, rows } = recursion
  const { peers, parameters: d } = steps.systems
  const width = peers * d
  const size = rows * d
  const nothing = new Float64Array(size)
  const psi = new Float64Array(width)
  const image = new Float64Array(size)
  const columns = new Float64Array(width * size)
  const turned = new Float64Array(size * width)
  const sides = new Float64Array(size * size)
  /** F E[Z_r n_r] of component k of peer i, from the oldest round on. */
  function columnInto(r: number, i: number, k: number, out: Float64Array): void {
    out.fill(0)
    psi.fill(0)
    for (let m = between.length; m >= 1; m--) {
      const past = (((r - m) % exchanges.length) + exchanges.length) % exchanges.length
      if (m < between.length) {
        rounds.roundInto(past, out, false, image)
        out.set(image)
      }
      for (let j = 0; j < d; j++) psi[i * d + j] = between[m - 1]![(i * d + j) * d + k]!
      exchanges[past]!.into(nothing, psi, d, image)
      for (let at = 0; at < size; at++) out[at] = out[at]! + image[at]!
    }
    rounds.roundInto(r, out, false, image)
    out.set(image)
  }
  return (r, out) => {
    for (let at = 0; at < width; at++)
      columnInto(r, Math.floor(at / d), at % d, columns.subarray(at * size, (at + 1) * size))
    transposeInto(columns, width, size, turned)
    for (let row = 0; row < size; row++) {
      const from = turned.subarray(row * width, (row + 1) * width)
      exchanges[r]!.into(nothing, from, d, sides.subarray(row * size, (row + 1) * size))
    }
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const at = row * size + column
        out[at] = out[at]! + sides[at]! + sides[column * size + row]!
      }
  }
}

/** `x` has `rows` rows of `columns`. */
function transposeInto(x: Float64Array, rows: number, columns: number, out: Float64Array): void {
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = x[r * columns + c]!
}
