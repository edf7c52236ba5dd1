/**
 * Linear maps that are known by what they do to a vector: how fast x ← T x shrinks, and where x ← T x + g ends. Small maps
 * are written out. For others a Krylov space of a power of T is built (Arnoldi 1951), as high a power as the work allows:
 * modes that shrink almost equally slowly under T lie apart under T^p.
 */
import { identityMinus, product, solveInPlace } from '../core/linear.ts'
import { nextNormal, SWARM, stream } from '../core/random.ts'

export interface LinearMap {
  /** Of the vectors. */
  readonly size: number
  /** Multiplications of one application. */
  readonly work: number
  /** out = T x */
  apply(x: Float64Array, out: Float64Array): void
}

/** Up to this size maps are written out for their spectral radius. */
const FEW = 64
/** Of a Krylov space. */
const DIMENSIONS = 32
/** Enough to tell growth from decay. */
const FEW_DIMENSIONS = 12
/** But for rounding. */
const ONE = 1 + 1e-10
/** Krylov spaces, one after the other, that the work for an end is meant for; more if the power is low. */
const CYCLES = 4
const HIGHEST_POWER = 128
const SQUARINGS = 40
/** The slowest mode shrinks no further than this under T^p: below, rounding would show. */
const LEAST_LEFT = 1e-3
/** By how much the radius may differ in three quarters of the Krylov space, relative to its distance from 1. */
const SETTLED = 0.01
/** Where it differs by more, so many times as high a power is tried. */
const RAISED = 8
/** Of the end, relative to its norm. */
const PRECISION = 1e-5
/** Of a covariance, of which roots are shown. */
const COVARIANCE_PRECISION = 1e-4
/** A mode that shrinks less than this in a step is too slow for a Krylov space of T itself. */
const SLOW = 0.998

/** The largest |λ| of T; undefined if about `work` multiplications do not settle it. */
export function spectralRadius(map: LinearMap, work: number): number | undefined {
  let found = radii(map, work, DIMENSIONS)
  if (found === undefined) return undefined
  while (!isSettled(found)) {
    const most = Math.min(RAISED * found.power, work / map.work / DIMENSIONS - 1)
    const power = powerFor(found.radius, most, most)
    if (power <= found.power) return undefined
    found = inSpace(arnoldi(map, power, found.start, DIMENSIONS), power, found.start)
  }
  return found.radius
}

const isSettled = ({ radius, rougher }: Radii): boolean =>
  Math.abs(radius - rougher) <= Math.max(SETTLED * Math.abs(1 - radius), ONE - 1)

/** Whether no |λ| of T is above 1; undefined if about `work` multiplications do not tell. With less work than its radius takes. */
export function isStable(map: LinearMap, work: number): boolean | undefined {
  const found = radii(map, work, FEW_DIMENSIONS)
  return found && verdict(found)
}

function verdict({ radius, rougher }: Radii): boolean | undefined {
  if (radius <= ONE) return rougher <= ONE ? true : undefined
  return rougher > ONE ? false : undefined
}

/**
 * `isStable` of a T that keeps positive what is positive, as covariances: in the Krylov space of a positive start the mode that grows most
 * shows soon.
 */
export function isStablePositive(map: LinearMap, start: Float64Array, work: number): boolean | undefined {
  const dimensions = Math.min(DIMENSIONS, Math.floor(work / map.work))
  if (dimensions < FEW_DIMENSIONS) return undefined
  return verdict(inSpace(arnoldi(map, 1, start, dimensions), 1, start))
}

/** The radius in a Krylov space, and in three quarters of it. */
interface Radii {
  readonly radius: number
  readonly rougher: number
  /** Of T, and the vector, that the space is built from. */
  readonly power: number
  readonly start: Float64Array
}

function radii(map: LinearMap, work: number, dimensions: number): Radii | undefined {
  const { size } = map
  if (size <= FEW) {
    const radius = largestModulus(written(map), size)
    return { radius, rougher: radius, power: 1, start: new Float64Array(size) }
  }
  if (2 * dimensions * map.work > work) return undefined

  const random = stream('linear-map', SWARM, 'start')
  const start = Float64Array.from({ length: size }, () => nextNormal(random))
  const image = new Float64Array(size)
  let shrinkage = 1
  for (let k = 0; k < dimensions; k++) {
    map.apply(start, image)
    shrinkage = norm(image) / norm(start)
    if (shrinkage === 0) return { radius: 0, rougher: 0, power: 1, start }
    for (let i = 0; i < size; i++) start[i] = image[i]! / shrinkage
  }
  const power = powerFor(shrinkage, work / map.work / dimensions - 1)
  return inSpace(arnoldi(map, power, start, dimensions), power, start)
}

const inSpace = (krylov: Krylov, power: number, start: Float64Array): Radii => ({
  power,
  start,
  radius: radiusIn(krylov, power, krylov.basis.length),
  rougher: radiusIn(krylov, power, Math.ceil(0.75 * krylov.basis.length))
})

/** Of T, as the first `count` vectors show it. */
const radiusIn = ({ projection }: Krylov, power: number, count: number): number =>
  rootOf(largestModulus(leading(projection, count), count), power)

/**
 * Where x ← T x + g ends, for a T of this spectral radius, which is below 1; undefined if about `work` multiplications do
 * not lead there.
 */
export function endOf(
  map: LinearMap,
  g: Float64Array,
  radius: number,
  work: number
): Float64Array | undefined {
  const { size } = map
  if (isWritable(map, work)) {
    const end = g.slice()
    solveInPlace(identityMinus(written(map), size), end, size)
    return end
  }
  const most = work / map.work / DIMENSIONS
  const power = powerFor(radius, most / CYCLES)
  const slowest = powerOf(radius, power)
  const end = new Float64Array(size)
  for (let cycle = 0; cycle * power <= most; cycle++) {
    const change = changeIn(map, g, power, end)
    const left = norm(change)
    if (left <= PRECISION * (1 - slowest) * norm(end)) return end
    addEnd(arnoldi(map, power, change, DIMENSIONS), left, end)
  }
  return undefined
}

/**
 * Where x ← T x + g ends, and the largest |λ| of T, for a T that keeps positive what is positive, as covariances, and a positive g. The
 * slowest mode is in g then, so that the spaces in which the end is found show how fast it shrinks, too; where it grows there is no
 * end. Undefined if about `work` multiplications do not lead there.
 */
export function endOfPositive(
  map: LinearMap,
  g: Float64Array,
  work: number
): { readonly radius: number; readonly end: Float64Array | undefined } | undefined {
  const { size } = map
  if (isWritable(map, work)) {
    const radius = spectralRadius(map, work)
    return radius === undefined
      ? undefined
      : { radius, end: radius < 1 ? endOf(map, g, radius, work) : undefined }
  }
  const most = work / map.work / DIMENSIONS
  const end = new Float64Array(size)
  let radius = 0
  let power = 1
  for (let spent = 0; spent <= most; spent += power) {
    while (2 * power <= Math.min(most / CYCLES, HIGHEST_POWER) && powerOf(radius, power) > SLOW) power *= 2
    const change = changeIn(map, g, power, end)
    if (norm(change) <= COVARIANCE_PRECISION * (1 - powerOf(radius, power)) * norm(end))
      return { radius, end }
    const krylov = arnoldi(map, power, change, DIMENSIONS)
    radius = Math.max(radius, radiusIn(krylov, power, krylov.basis.length))
    if (radius >= 1) return { radius, end: undefined }
    addEnd(krylov, norm(change), end)
  }
  return undefined
}

/** The largest power of two that is at most `most`, and leaves enough of a mode that shrinks so. */
function powerFor(shrinkage: number, most: number, highest = HIGHEST_POWER): number {
  let power = 1
  let left = shrinkage
  while (2 * power <= Math.min(most, highest)) {
    left *= left
    if (left < LEAST_LEFT || left > 1 / LEAST_LEFT) break
    power *= 2
  }
  return power
}

/** By how much x ← T x + g moves `x` in so many applications. */
function changeIn(map: LinearMap, g: Float64Array, applications: number, x: Float64Array): Float64Array {
  const moved = x.slice()
  const image = new Float64Array(map.size)
  for (let k = 0; k < applications; k++) {
    map.apply(moved, image)
    for (let i = 0; i < map.size; i++) moved[i] = image[i]! + g[i]!
  }
  addScaled(moved, -1, x)
  return moved
}

interface Krylov {
  /** Orthonormal vectors that span start, S start, S² start, …: as many as asked for, fewer if S leads no further. */
  readonly basis: readonly Float64Array[]
  /** S between them, in rows of DIMENSIONS. */
  readonly projection: Float64Array
}

/** The Krylov space of S = T^power. */
function arnoldi(map: LinearMap, power: number, start: Float64Array, dimensions: number): Krylov {
  const basis = [scaled(1 / norm(start), start)]
  const projection = new Float64Array(DIMENSIONS * DIMENSIONS)
  let image = new Float64Array(map.size)
  let next = new Float64Array(map.size)
  for (let k = 0; k < dimensions; k++) {
    next.set(basis[k]!)
    for (let applied = 0; applied < power; applied++) {
      map.apply(next, image)
      ;[next, image] = [image, next]
    }
    const before = norm(next)
    // Twice is enough: once leaves what rounding made of the cancellation.
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((vector, l) => {
        const along = dot(vector, next)
        projection[l * DIMENSIONS + k] = projection[l * DIMENSIONS + k]! + along
        addScaled(next, -along, vector)
      })
    }
    const beyond = norm(next)
    if (k + 1 === dimensions || beyond <= 1e-14 * before) break
    projection[(k + 1) * DIMENSIONS + k] = beyond
    basis.push(scaled(1 / beyond, next))
  }
  return { basis, projection }
}

/** Adds Σ S^k of the start, which has this norm, as far as it lies in the space. */
function addEnd({ basis, projection }: Krylov, norm: number, end: Float64Array): void {
  const steps = new Float64Array(basis.length)
  steps[0] = norm
  solveInPlace(identityMinus(leading(projection, basis.length), basis.length), steps, basis.length)
  basis.forEach((vector, k) => {
    addScaled(end, steps[k]!, vector)
  })
}

/** Whether so much work writes T out and solves with it. */
const isWritable = ({ size, work: once }: LinearMap, work: number): boolean =>
  size * once + (size * size * size) / 3 <= work

/** T in rows of `size`. */
export function written(map: LinearMap): Float64Array {
  const { size } = map
  const rows = new Float64Array(size * size)
  const unit = new Float64Array(size)
  const column = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    unit[j] = 1
    map.apply(unit, column)
    unit[j] = 0
    for (let i = 0; i < size; i++) rows[i * size + j] = column[i]!
  }
  return rows
}

/** The leading n × n entries of a projection. */
const leading = (projection: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => {
    const column = at % n
    return projection[((at - column) / n) * DIMENSIONS + column]!
  })

/**
 * The largest |λ| of an n × n matrix: lim ‖A^m‖^(1/m), by squaring (Gelfand 1941). Unlike the QR iteration of ml-matrix, which
 * does not stop for some matrices of low rank, it always ends.
 */
function largestModulus(a: Float64Array, n: number): number {
  let power = a
  const sizes: number[] = []
  for (let k = 0; k < SQUARINGS; k++) {
    const size = norm(power)
    if (size === 0) return 0
    sizes.push(size)
    const unit = scaled(1 / size, power)
    power = product(unit, unit, n)
  }
  return sizes.reduceRight((radius, size) => size * Math.sqrt(radius), norm(power))
}

/** For powers of two. */
function powerOf(x: number, power: number): number {
  let value = x
  for (let reached = 1; reached < power; reached *= 2) value *= value
  return value
}

/** For powers of two. */
function rootOf(x: number, power: number): number {
  let value = x
  for (let left = power; left > 1; left /= 2) value = Math.sqrt(value)
  return value
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!
  return sum
}

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x))

const scaled = (factor: number, x: Float64Array): Float64Array => x.map(value => factor * value)

function addScaled(out: Float64Array, factor: number, x: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = out[i]! + factor * x[i]!
}
