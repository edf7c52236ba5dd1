/**
 * The effective number of neighbours (Vogels, Hendrikx, Jaggi, NeurIPS 2022): by how much gossip shrinks the variance of a
 * random walk that forgets its past with the factor γ, n_W(γ) = 1/(1−γ) / (tr X / N), X = γ W X Wᵀ + W Wᵀ. Between 1 and N
 * for a doubly stochastic W; it tells graphs apart that the spectral gap mis-ranks. For a normal W,
 * tr X = Σ_k |λ_k|² / (1 − γ |λ_k|²).
 */
import { product } from '../../src/core/linear.ts'

/** From the moduli of all eigenvalues of a normal W. */
export function neighboursOfNormal(moduli: Float64Array, gamma: number): number {
  let trace = 0
  for (const modulus of moduli) trace += (modulus * modulus) / (1 - gamma * modulus * modulus)
  return moduli.length / (1 - gamma) / trace
}

/** Terms of the series that are this small are left out. */
const LEAST = 1e-17

/** From any W, in rows of n: X = Σ_t γ^t W^{t+1} (W^{t+1})ᵀ, of which each step doubles the terms. */
export function neighboursOfAny(W: Float64Array, n: number, gamma: number): number {
  const root = Math.sqrt(gamma)
  let sum = product(W, transposed(W, n), n)
  let power: Float64Array = W.map(weight => root * weight)
  for (let left = gamma; left > LEAST; left *= left) {
    const rest = product(product(power, sum, n), transposed(power, n), n)
    sum = sum.map((value, at) => value + rest[at]!)
    power = product(power, power, n)
  }
  let trace = 0
  for (let i = 0; i < n; i++) trace += sum[i * n + i]!
  return n / (1 - gamma) / trace
}

function transposed(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = a[i * n + j]!
  return out
}
