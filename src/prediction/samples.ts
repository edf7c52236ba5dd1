/**
 * The second moments of one sampled local step: with y = (1, e) and X = E yyᵀ a step that adds η u to e has
 *
 *     E[u uᵀ] = Σ_s G_s ⟨Q_s, X⟩.
 *
 * Of the return from s ~ μ, u = φ(s) D and G_s = μ(s) φφᵀ. D = D_n or D_λ is a sum of temporal differences δ = c·y + (r − r̄), and
 * Q_s = E[D Dᵀ | s] as a form of y, by looking one step ahead (m_s = E[D | s], and nothing follows an absorbing state):
 *
 *     n steps     D_n(s) = δ + γ D_{n−1}(s'):   Q_n = E[cc + var r + γ (c m' + m' c) + γ² Q_{n−1}(s')]
 *     λ           D_λ(s) = δ + B D_λ(s'), where B = 1 with probability γλ:   Q_λ = E[cc + var r + γλ (c m' + m' c) + γλ Q_λ(s')]
 *
 * On a trajectory TD(λ) has u = δ z, so that Q_s is that of one difference and G_s = E[zzᵀ; s], z ← γλ z + φ(s) the trace. But then
 * successive samples largely undo what the other does to e. Their sum over time is one of the returns δ + γλ δ' + …, which do not, and so
 * stand for them: with γλ where B is, Q_λ has (γλ)² instead of its last γλ.
 */
import { identityMinus, solveInPlace, transposed } from '../core/linear.ts'
import type { ValueTarget } from '../interfaces.ts'
import type { Sampler } from './sampler.ts'
import { addInto, differenceOf, dot, kernelOf, type Sparse, type Transitions } from './transitions.ts'

/** What the samples of one state come to. */
export interface StateSamples {
  /** G_s, d × d. */
  readonly spread: Sparse
  /** Of X, `size` × `size`: ⟨Q_s, X⟩, by the entries on and above its diagonal. */
  readonly form: Sparse
}

/** E[z; s] and E[zzᵀ; s] of the stationary trace: d and d × d for each state. */
export interface Traces {
  readonly means: Float64Array
  readonly squares: Float64Array
}

/** Multiplications that `samplesOf` takes. */
export function samplesWork(
  { states, parameters: d, outcomes }: Transitions,
  { target, skip }: Sampler
): number {
  if (isOneStep(target)) return 0
  const square = (1 + d) * (1 + d)
  const transitions = outcomes.reduce((sum, each) => sum + each.length, 0)
  if (target.kind === 'steps') return target.steps * transitions * 3 * square
  return (skip === undefined ? states * states * square : states * states * (d * d + d)) + states ** 3
}

/** By state; `size` numbers of y, of which the first are 1 and e. */
export function samplesOf(
  transitions: Transitions,
  solution: Float64Array,
  sampler: Sampler,
  size: number
): StateSamples[] {
  const { target, skip } = sampler
  if (target.kind === 'lambda' && skip !== undefined && skip > 0)
    return tracedSamples(transitions, solution, target.lambda, size)
  const { stationary, features, parameters: d } = transitions
  const returns = isOneStep(target) ? undefined : returnForms(transitions, solution, sampler)
  const square = (1 + d) * (1 + d)
  return visited(transitions).map(s => ({
    spread: outer(features[s]!, stationary[s]!, d),
    form: returns
      ? upper(returns.subarray(s * square, (s + 1) * square), 1 + d, size)
      : differenceForm(transitions, solution, s, size)
  }))
}

/** u = δ z */
export function tracedSamples(
  transitions: Transitions,
  solution: Float64Array,
  lambda: number,
  size: number
): StateSamples[] {
  const { parameters: d } = transitions
  const { squares } = tracesOf(transitions, lambda)
  return visited(transitions).map(s => ({
    spread: sparse(squares.subarray(s * d * d, (s + 1) * d * d)),
    form: differenceForm(transitions, solution, s, size)
  }))
}

/** E[u uᵀ], d × d, where y = (1, e) is known. */
export function secondMomentAt(samples: readonly StateSamples[], y: Float64Array): Float64Array {
  const d = y.length - 1
  const moments = Float64Array.from({ length: y.length * y.length }, (_, at) => {
    const column = at % y.length
    return y[(at - column) / y.length]! * y[column]!
  })
  const out = new Float64Array(d * d)
  for (const { spread, form } of samples) addInto(spread, dot(form, moments), out, 0)
  return out
}

const visited = ({ stationary }: Transitions): number[] =>
  [...stationary.keys()].filter(s => stationary[s]! > 0)

const isOneStep = (target: ValueTarget): boolean => target.kind === 'steps' && target.steps === 1

/** Moments of the trace in the stationary chain. */
export function tracesOf(transitions: Transitions, lambda: number): Traces {
  const { states, parameters: d, features, stationary, discount } = transitions
  const decay = discount * lambda
  const backwards = transposed(kernelOf(transitions), states)
  const before = (rate: number): Float64Array => identityMinus(backwards, states, rate)
  const means = new Float64Array(states * d)
  features.forEach(({ places, values }, s) => {
    places.forEach((j, k) => {
      means[s * d + j] = stationary[s]! * values[k]!
    })
  })
  solveInPlace(before(decay), means, states, d)
  // z = old + φ(s): E[zzᵀ] = E[old oldᵀ] + (z̄ − φ/2 μ) φᵀ + φ (z̄ − φ/2 μ)ᵀ.
  const squares = new Float64Array(states * d * d)
  features.forEach(({ places, values }, s) => {
    const mean = means.slice(s * d, (s + 1) * d)
    places.forEach((j, k) => {
      mean[j] = mean[j]! - (stationary[s]! * values[k]!) / 2
    })
    places.forEach((j, k) => {
      for (let l = 0; l < d; l++) {
        const product = values[k]! * mean[l]!
        const here = (s * d + j) * d + l
        const there = (s * d + l) * d + j
        squares[here] = squares[here]! + product
        squares[there] = squares[there]! + product
      }
    })
  })
  solveInPlace(before(decay * decay), squares, states, d * d)
  return { means, squares }
}

/** E[δ² | s] as a form. */
function differenceForm(transitions: Transitions, solution: Float64Array, s: number, size: number): Sparse {
  const entries = new Map<number, number>([[0, 0]])
  for (const outcome of transitions.outcomes[s]!) {
    const { probability, variance } = outcome
    const { places, values } = differenceOf(transitions, solution, s, outcome)
    entries.set(0, entries.get(0)! + probability * variance)
    for (let a = 0; a < places.length; a++) {
      for (let b = 0; b < places.length; b++) {
        if (places[a]! > places[b]!) continue
        const place = places[a]! * size + places[b]!
        const product = (a === b ? 1 : 2) * values[a]! * values[b]!
        entries.set(place, (entries.get(place) ?? 0) + probability * product)
      }
    }
  }
  return { places: [...entries.keys()], values: [...entries.values()] }
}

/** What is known of the return from each state: E[D | s], 1 + d, and E[D Dᵀ | s], (1 + d) × (1 + d). */
interface Returns {
  readonly means: Float64Array
  readonly squares: Float64Array
}

/** Q_s of the whole return, (1 + d) × (1 + d) each, one after the other. */
function returnForms(
  transitions: Transitions,
  solution: Float64Array,
  { target, skip }: Sampler
): Float64Array {
  const { states, parameters: d, discount } = transitions
  const width = 1 + d
  const nothing: Returns = {
    means: new Float64Array(states * width),
    squares: new Float64Array(states * width * width)
  }
  const ahead = (returns: Returns, cross: number, square: number): Returns =>
    lookAhead(transitions, solution, returns, cross, square)
  if (target.kind === 'steps') {
    let returns: Returns = nothing
    for (let n = 0; n < target.steps; n++) returns = ahead(returns, discount, discount * discount)
    return returns.squares
  }
  const rate = discount * target.lambda
  const goingOn = kernelOf(transitions)
  const { means } = ahead(nothing, 0, 0)
  solveInPlace(identityMinus(goingOn, states, rate), means, states, width)
  const { squares } = ahead({ ...nothing, means }, rate, 0)
  const ofSquares = skip === undefined ? rate : rate * rate
  solveInPlace(identityMinus(goingOn, states, ofSquares), squares, states, width * width)
  return squares
}

/** δ, then `returns` of the next state: `cross` times them in the mean, and `square` times their second moments. */
function lookAhead(
  transitions: Transitions,
  solution: Float64Array,
  returns: Returns,
  cross: number,
  square: number
): Returns {
  const { states, parameters: d, outcomes, absorbing } = transitions
  const width = 1 + d
  const means = new Float64Array(states * width)
  const squares = new Float64Array(states * width * width)
  const along = new Float64Array(width)
  for (let s = 0; s < states; s++) {
    const mean = means.subarray(s * width, (s + 1) * width)
    const form = squares.subarray(s * width * width, (s + 1) * width * width)
    for (const outcome of outcomes[s]!) {
      const { probability, variance, next } = outcome
      const { places, values } = differenceOf(transitions, solution, s, outcome)
      along.fill(0)
      places.forEach((place, k) => {
        along[place] = values[k]!
      })
      form[0] = form[0]! + probability * variance
      const goesOn = absorbing[s] === 0
      for (let a = 0; a < width; a++) {
        const behind = goesOn ? cross * returns.means[next * width + a]! : 0
        const whole = along[a]! + behind
        mean[a] = mean[a]! + probability * whole
        for (let b = 0; b < width; b++) {
          let product = along[a]! * along[b]!
          if (goesOn) {
            product += along[a]! * cross * returns.means[next * width + b]! + behind * along[b]!
            product += square * returns.squares[(next * width + a) * width + b]!
          }
          form[a * width + b] = form[a * width + b]! + probability * product
        }
      }
    }
  }
  return { means, squares }
}

/** μ φφᵀ, d × d. */
function outer({ places, values }: Sparse, weight: number, d: number): Sparse {
  return {
    places: places.flatMap(j => places.map(k => j * d + k)),
    values: values.flatMap(x => values.map(y => weight * x * y))
  }
}

/** The components of `x` that are not 0. */
function sparse(x: Float64Array): Sparse {
  const places: number[] = []
  x.forEach((value, at) => {
    if (value !== 0) places.push(at)
  })
  return { places, values: places.map(at => x[at]!) }
}

/** A symmetric form of 1 and e, `width` × `width`, of the moments of `size` numbers. */
function upper(form: Float64Array, width: number, size: number): Sparse {
  const places: number[] = []
  const values: number[] = []
  for (let a = 0; a < width; a++) {
    for (let b = a; b < width; b++) {
      const value = (a === b ? 1 : 2) * form[a * width + b]!
      if (value === 0) continue
      places.push(a * size + b)
      values.push(value)
    }
  }
  return { places, values }
}
