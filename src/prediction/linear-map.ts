/**
 * Linear maps that are known by what they do to a vector: how fast x ← T x shrinks, and where x ← T x + g ends. Small maps
 * are written out. For others a Krylov space of a power of T is built (Arnoldi 1951), as high a power as the work allows:
 * modes that shrink almost equally slowly under T lie apart under T^p.
 */
import { product, solveInPlace } from '../core/linear.ts'
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
/** Of the end, relative to its norm. */
const PRECISION = 1e-5

/** The largest |λ| of T; undefined if about `work` multiplications do not settle it. */
export function spectralRadius(map: LinearMap, work: number): number | undefined {
  const found = radii(map, work, DIMENSIONS)
  if (found === undefined) return undefined
  const { radius, rougher } = found
  return Math.abs(radius - rougher) <= SETTLED * Math.abs(1 - radius) ? radius : undefined
}

/** Whether no |λ| of T is above 1; undefined if about `work` multiplications do not tell. With less work than its radius takes. */
export function isStable(map: LinearMap, work: number): boolean | undefined {
  const found = radii(map, work, FEW_DIMENSIONS)
  if (found === undefined) return undefined
  const { radius, rougher } = found
  if (radius <= ONE) return rougher <= ONE ? true : undefined
  return rougher > ONE ? false : undefined
}

/** The radius in a Krylov space of so many dimensions, and in three quarters of it. */
function radii(
  map: LinearMap,
  work: number,
  dimensions: number
): { readonly radius: number; readonly rougher: number } | undefined {
  const { size } = map
  if (size <= FEW) {
    const radius = largestModulus(written(map), size)
    return { radius, rougher: radius }
  }
  if (2 * dimensions * map.work > work) return undefined

  const random = stream('linear-map', SWARM, 'start')
  const start = Float64Array.from({ length: size }, () => nextNormal(random))
  const image = new Float64Array(size)
  let shrinkage = 1
  for (let k = 0; k < dimensions; k++) {
    map.apply(start, image)
    shrinkage = norm(image) / norm(start)
    if (shrinkage === 0) return { radius: 0, rougher: 0 }
    for (let i = 0; i < size; i++) start[i] = image[i]! / shrinkage
  }
  const power = powerFor(shrinkage, work / map.work / dimensions - 1)
  const { basis, projection } = arnoldi(map, power, start, dimensions)
  const radiusIn = (count: number): number => rootOf(largestModulus(leading(projection, count), count), power)
  return { radius: radiusIn(basis.length), rougher: radiusIn(Math.ceil(0.75 * basis.length)) }
}

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
  if (size * map.work + (size * size * size) / 3 <= work) {
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
    const { basis, projection } = arnoldi(map, power, change, DIMENSIONS)
    const steps = new Float64Array(basis.length)
    steps[0] = left
    solveInPlace(identityMinus(leading(projection, basis.length), basis.length), steps, basis.length)
    basis.forEach((vector, k) => {
      addScaled(end, steps[k]!, vector)
    })
  }
  return undefined
}

/** The largest power of two that is at most `most`, and leaves enough of a mode that shrinks so. */
function powerFor(shrinkage: number, most: number): number {
  let power = 1
  let left = shrinkage
  while (2 * power <= Math.min(most, HIGHEST_POWER)) {
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

/** T in rows of `size`. */
function written(map: LinearMap): Float64Array {
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

/** I − A, for an n × n matrix. */
const identityMinus = (a: Float64Array, n: number): Float64Array =>
  a.map((value, at) => (at % (n + 1) === 0 ? 1 : 0) - value)

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
