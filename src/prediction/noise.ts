/**
 * What sampling adds: the covariance of H local steps of one peer with independent samples, exact. A step is
 *
 *     e ← e + ζ/H + η φ(s) δ,   δ = c·y + (r − r̄),   y = (1, e, ζ),
 *
 * where a sample (s, a, s') has c·y = r̄ + γ φ(s')·(θ* + e) − φ(s)·(θ* + e). So second moments of y go to second moments: with X = E yyᵀ
 *
 *     E[η² δ² φφᵀ] = η² Σ p(s, a, s') φφᵀ (cᵀXc + var r),
 *
 * which is what a step adds beyond what its expectation does, but for η² m X mᵀ, m = Σ p φcᵀ. The second moments of all samples together
 * are a linear map of X (Mangold et al. 2024, appendix; Samsonov et al. 2024). Here it is walked step by step,
 * or written out once and squared as often as H asks for, whichever is cheaper.
 */
import { product } from '../core/linear.ts'
import type { Fleet } from '../interfaces.ts'
import type { ExpectedSteps } from './expected-steps.ts'

/** What samples of one state have in common. */
interface Sampled {
  /** φ: components and values. */
  readonly places: readonly number[]
  readonly values: readonly number[]
  readonly outcomes: readonly Outcome[]
}

interface Outcome {
  readonly probability: number
  /** c: components of y and values. */
  readonly places: readonly number[]
  readonly values: readonly number[]
  /** Of the reward. */
  readonly variance: number
}

/** The covariance that H local steps of a peer add. */
export interface StepNoise {
  /** Numbers of y: 1 + d, or 1 + 2d with control variates. */
  readonly size: number
  /** Multiplications of one application, and what it takes to get ready. */
  readonly work: number
  readonly preparation: number
  /** From X = E yyᵀ, `size` × `size`, to d × d. */
  covarianceInto(moments: Float64Array, out: Float64Array): void
}

/** Applications that are expected. */
const APPLICATIONS = 300

export function stepNoise(
  fleet: Fleet,
  peer: number,
  solution: Float64Array,
  steps: ExpectedSteps,
  mostPreparation: number
): StepNoise | undefined {
  const { localSteps } = steps
  const d = fleet.features.count
  const size = steps.reply === undefined ? 1 + d : 1 + 2 * d
  const pairs = (d * (d + 1)) / 2
  const packed = (size * (size + 1)) / 2
  const step = new SampledStep(fleet, peer, solution, steps)
  const walkWork = localSteps * step.work + 2 * size * size * d
  const doublings = 2 * Math.log2(localSteps)
  const formsPreparation = doublings * pairs * (pairs * packed + 2 * size * size * size)
  const formsWork = pairs * packed
  if (walkWork * APPLICATIONS <= formsPreparation + formsWork * APPLICATIONS) {
    return { size, work: walkWork, preparation: 0, covarianceInto: (x, out) => step.walk(x, out) }
  }
  if (formsPreparation > mostPreparation) return undefined
  const forms = powerForms(step, d, size, localSteps)
  return {
    size,
    work: formsWork,
    preparation: formsPreparation,
    covarianceInto: (x, out) => applyForms(forms.noise, x, size, d, out)
  }
}

class SampledStep {
  readonly work: number
  readonly #states: readonly Sampled[]
  readonly #steps: ExpectedSteps
  readonly #peer: number
  readonly #d: number
  readonly #size: number
  /** m in rows of `size`, d of them: places and values that are not 0. */
  readonly #means: readonly { readonly places: readonly number[]; readonly values: readonly number[] }[]

  constructor(fleet: Fleet, peer: number, solution: Float64Array, steps: ExpectedSteps) {
    this.#steps = steps
    this.#peer = peer
    this.#d = fleet.features.count
    this.#size = steps.reply === undefined ? 1 + this.#d : 1 + 2 * this.#d
    this.#states = samplesOf(fleet, peer, steps.systems.stationary, solution)
    this.#means = this.#meansOf()
    const d = this.#d
    const inMeans = this.#means.reduce((sum, { places }) => sum + places.length, 0)
    const inSamples = this.#states.reduce(
      (sum, { places, outcomes }) =>
        sum + places.length ** 2 + outcomes.reduce((more, outcome) => more + outcome.places.length ** 2, 0),
      0
    )
    this.work = 2 * inMeans * this.#size + inMeans * d + inSamples + 3 * this.#size * d
  }

  #meansOf(): { places: number[]; values: number[] }[] {
    const d = this.#d
    const { matrices, forces } = this.#steps.systems
    return Array.from({ length: d }, (_, j) => {
      const places: number[] = []
      const values: number[] = []
      const add = (place: number, value: number): void => {
        if (value === 0) return
        places.push(place)
        values.push(value)
      }
      add(0, forces[this.#peer * d + j]!)
      for (let k = 0; k < d; k++) add(1 + k, -matrices[(this.#peer * d + j) * d + k]!)
      return { places, values }
    })
  }

  get squaredStep(): number {
    return this.#steps.stepSize * this.#steps.stepSize
  }

  /** The covariance of one step from X, times η⁻²; `shift` = m X, d rows of `size`. */
  covarianceInto(x: Float64Array, shift: Float64Array, out: Float64Array): void {
    const d = this.#d
    const size = this.#size
    out.fill(0)
    for (const { places, values, outcomes } of this.#states) {
      let square = 0
      for (const { probability, places, values, variance } of outcomes) {
        let form = variance * x[0]!
        for (let a = 0; a < places.length; a++) {
          const row = places[a]! * size
          let sum = 0
          for (let b = 0; b < places.length; b++) sum += values[b]! * x[row + places[b]!]!
          form += values[a]! * sum
        }
        square += probability * form
      }
      for (let a = 0; a < places.length; a++) {
        const factor = square * values[a]!
        const row = places[a]! * d
        for (let b = 0; b < places.length; b++)
          out[row + places[b]!] = out[row + places[b]!]! + factor * values[b]!
      }
    }
    for (let k = 0; k < d; k++) {
      const { places, values } = this.#means[k]!
      for (let j = 0; j < d; j++) {
        let sum = 0
        for (let a = 0; a < places.length; a++) sum += values[a]! * shift[j * size + places[a]!]!
        out[j * d + k] = out[j * d + k]! - sum
      }
    }
  }

  /** m X, in d rows of `size`. */
  shiftInto(x: Float64Array, out: Float64Array): void {
    const size = this.#size
    out.fill(0)
    for (let j = 0; j < this.#d; j++) {
      const { places, values } = this.#means[j]!
      const row = j * size
      for (let a = 0; a < places.length; a++) {
        const factor = values[a]!
        const from = places[a]! * size
        for (let c = 0; c < size; c++) out[row + c] = out[row + c]! + factor * x[from + c]!
      }
    }
  }

  /** B, `size` × `size`, where the expected step is y ← B y. */
  meanStep(): Float64Array {
    const { stepSize, localSteps, reply } = this.#steps
    const size = this.#size
    const b = new Float64Array(size * size)
    for (let c = 0; c < size; c++) b[c * size + c] = 1
    for (let j = 0; j < this.#d; j++) {
      const { places, values } = this.#means[j]!
      const row = (1 + j) * size
      places.forEach((place, a) => {
        b[row + place] = b[row + place]! + stepSize * values[a]!
      })
      if (reply !== undefined) b[row + 1 + this.#d + j] = 1 / localSteps
    }
    return b
  }

  /** The covariance of H steps from X: their second moments, less those of the expected path. */
  walk(moments: Float64Array, out: Float64Array): void {
    const { stepSize, localSteps, reply } = this.#steps
    const d = this.#d
    const size = this.#size
    const x = moments.slice()
    const shift = new Float64Array(d * size)
    const added = new Float64Array(d * d)
    for (let h = 0; h < localSteps; h++) {
      this.shiftInto(x, shift)
      this.covarianceInto(x, shift, added)
      // Rows of e: X + η m X + ζ-rows/H, then the same for columns.
      for (let j = 0; j < d; j++) {
        const row = (1 + j) * size
        const flow = (1 + d + j) * size
        for (let c = 0; c < size; c++) {
          let value = x[row + c]! + stepSize * shift[j * size + c]!
          if (reply !== undefined) value += x[flow + c]! / localSteps
          x[row + c] = value
        }
      }
      for (let r = 0; r < size; r++) {
        const row = r * size
        for (let j = 0; j < d; j++) {
          const { places, values } = this.#means[j]!
          let sum = 0
          for (let a = 0; a < places.length; a++) sum += values[a]! * x[row + places[a]!]!
          shift[j] = stepSize * sum + (reply === undefined ? 0 : x[row + 1 + d + j]! / localSteps)
        }
        for (let j = 0; j < d; j++) x[row + 1 + j] = x[row + 1 + j]! + shift[j]!
      }
      for (let j = 0; j < d; j++) {
        for (let k = 0; k < d; k++) {
          const at = (1 + j) * size + 1 + k
          x[at] = x[at]! + this.squaredStep * added[j * d + k]!
        }
      }
    }
    this.#meanMomentsInto(moments, out)
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) out[j * d + k] = x[(1 + j) * size + 1 + k]! - out[j * d + k]!
    }
  }

  /** What the expected path of H steps makes of X. */
  #meanMomentsInto(moments: Float64Array, out: Float64Array): void {
    const { kept, reply, gain } = this.#steps
    const d = this.#d
    const size = this.#size
    const map = new Float64Array(d * size)
    for (let j = 0; j < d; j++) {
      const row = (this.#peer * d + j) * d
      map[j * size] = gain[this.#peer * d + j]!
      map.set(kept.subarray(row, row + d), j * size + 1)
      if (reply !== undefined) map.set(reply.subarray(row, row + d), j * size + 1 + d)
    }
    congruenceInto(map, moments, d, size, out)
  }
}

/** out = B X Bᵀ, for B of `rows` rows of `size`. */
function congruenceInto(
  b: Float64Array,
  x: Float64Array,
  rows: number,
  size: number,
  out: Float64Array
): void {
  const half = new Float64Array(size)
  for (let j = 0; j < rows; j++) {
    half.fill(0)
    for (let a = 0; a < size; a++) {
      const factor = b[j * size + a]!
      if (factor === 0) continue
      for (let c = 0; c < size; c++) half[c] = half[c]! + factor * x[a * size + c]!
    }
    for (let k = 0; k < rows; k++) {
      let sum = 0
      for (let c = 0; c < size; c++) sum += half[c]! * b[k * size + c]!
      out[j * rows + k] = sum
    }
  }
}

/** All samples of a peer, by state. */
function samplesOf(
  {
    states,
    actions,
    branching,
    policy,
    probabilities,
    successors,
    rewards,
    noise,
    features,
    discount
  }: Fleet,
  peer: number,
  stationary: Float64Array,
  solution: Float64Array
): Sampled[] {
  const phi = Array.from({ length: states }, (_, s) => {
    if (features.kind === 'one-hot') return { places: [s], values: [1] }
    const row = [...features.table.subarray(s * features.stride, s * features.stride + features.count)]
    const places = row.flatMap((value, j) => (value === 0 ? [] : [j]))
    return { places, values: places.map(j => row[j]!) }
  })
  const featured = ({ places, values }: (typeof phi)[number]): number =>
    places.reduce((sum, place, k) => sum + solution[place]! * values[k]!, 0)
  const varianceOf = (r: number): number => {
    if (noise.kind === 'uniform') return (noise.halfWidth * noise.halfWidth) / 3
    return noise.kind === 'bernoulli' ? Math.abs(r) - r * r : 0
  }
  return phi.flatMap((here, s) => {
    const weight = stationary[peer * states + s]!
    if (weight === 0) return []
    const outcomes: Outcome[] = []
    for (let a = 0; a < actions; a++) {
      const pair = (peer * states + s) * actions + a
      for (let at = pair * branching; at < (pair + 1) * branching; at++) {
        const probability = weight * policy[s * actions + a]! * probabilities[at]!
        if (probability === 0) continue
        const there = phi[successors[at]!]!
        const along = new Map<number, number>()
        along.set(0, rewards[pair]! + discount * featured(there) - featured(here))
        there.places.forEach((place, k) => {
          along.set(1 + place, discount * there.values[k]!)
        })
        here.places.forEach((place, k) => {
          along.set(1 + place, (along.get(1 + place) ?? 0) - here.values[k]!)
        })
        outcomes.push({
          probability,
          places: [...along.keys()],
          values: [...along.values()],
          variance: varianceOf(rewards[pair]!)
        })
      }
    }
    return [{ ...here, outcomes }]
  })
}

/** So many steps, written out: y ← B y in the mean, and a covariance whose entries are linear forms of X. */
interface Forms {
  /** `size` × `size` */
  readonly mean: Float64Array
  /** Rows of the pairs j ≤ k of components of e, columns of the pairs of components of y. */
  readonly noise: Float64Array
}

function powerForms(step: SampledStep, d: number, size: number, localSteps: number): Forms {
  const one: Forms = { mean: step.meanStep(), noise: oneStepForms(step, d, size) }
  const power = (steps: number): Forms => {
    if (steps === 1) return one
    const half = power(Math.floor(steps / 2))
    const whole = after(half, half, d, size)
    return steps % 2 === 0 ? whole : after(whole, one, d, size)
  }
  return power(localSteps)
}

function oneStepForms(step: SampledStep, d: number, size: number): Float64Array {
  const columns = pairsOf(size)
  const rows = pairsOf(d)
  const forms = new Float64Array(rows.length * columns.length)
  const unit = new Float64Array(size * size)
  const shift = new Float64Array(d * size)
  const added = new Float64Array(d * d)
  columns.forEach(([a, b], column) => {
    unit[a * size + b] = 1
    unit[b * size + a] = 1
    step.shiftInto(unit, shift)
    step.covarianceInto(unit, shift, added)
    rows.forEach(([j, k], row) => {
      forms[row * columns.length + column] = step.squaredStep * added[j * d + k]!
    })
    unit[a * size + b] = 0
    unit[b * size + a] = 0
  })
  return forms
}

/**
 * `first`, then `second`: the covariance that the first leaves behind is carried on by the second, whose samples multiply it, too;
 * and the second adds that of its own, from where the expected path of the first leads.
 */
function after(first: Forms, second: Forms, d: number, size: number): Forms {
  const rows = pairsOf(d)
  const columns = pairsOf(size)
  const count = columns.length
  const carried = new Float64Array(rows.length * rows.length)
  rows.forEach(([j, k], row) => {
    const at = (from: number, to: number): number => second.mean[(1 + from) * size + 1 + to]!
    rows.forEach(([a, b], column) => {
      const through = a === b ? at(j, a) * at(k, a) : at(j, a) * at(k, b) + at(j, b) * at(k, a)
      const sampled = second.noise[row * count + packedIndex(1 + a, 1 + b, size)]!
      carried[row * rows.length + column] = through + sampled
    })
  })
  const noise = product(carried, first.noise, rows.length)
  const form = new Float64Array(size * size)
  const image = new Float64Array(size * size)
  const transposed = first.mean.map((_, at) => first.mean[(at % size) * size + Math.floor(at / size)]!)
  for (let row = 0; row < rows.length; row++) {
    columns.forEach(([a, b], column) => {
      const value = second.noise[row * count + column]! / (a === b ? 1 : 2)
      form[a * size + b] = value
      form[b * size + a] = value
    })
    congruenceInto(transposed, form, size, size, image)
    columns.forEach(([a, b], column) => {
      const at = row * count + column
      noise[at] = noise[at]! + (a === b ? 1 : 2) * image[a * size + b]!
    })
  }
  return { mean: product(second.mean, first.mean, size), noise }
}

function applyForms(forms: Float64Array, x: Float64Array, size: number, d: number, out: Float64Array): void {
  let at = 0
  for (let j = 0; j < d; j++) {
    for (let k = j; k < d; k++) {
      let sum = 0
      for (let a = 0; a < size; a++) for (let b = a; b < size; b++) sum += forms[at++]! * x[a * size + b]!
      out[j * d + k] = sum
      out[k * d + j] = sum
    }
  }
}

/** (0, 0), (0, 1), …, (n − 1, n − 1), the first no larger than the second. */
const pairsOf = (n: number): (readonly [number, number])[] =>
  Array.from({ length: n }, (_, a) => Array.from({ length: n - a }, (_, b) => [a, a + b] as const)).flat()

/** Where a pair a ≤ b of n is among them. */
const packedIndex = (a: number, b: number, n: number): number => (a * (2 * n - a + 1)) / 2 + b - a
