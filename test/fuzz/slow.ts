/** Exact solutions by other means than the product's: dense matrices from the definitions, solved by ml-matrix. */
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix'
import type { Fleet } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'

/** A θ = b of one peer. */
export interface System {
  readonly a: Matrix
  readonly b: Matrix
}

/** P^π of a peer and r^π. */
function chainOf(fleet: Fleet, i: number): { kernel: Matrix; rewards: number[] } {
  const { states, actions, branching } = fleet
  const kernel = Matrix.zeros(states, states)
  const rewards = range(states).map(s =>
    range(actions).reduce((total, a) => {
      const pair = (i * states + s) * actions + a
      const chosen = fleet.policy[s * actions + a]!
      for (let k = pair * branching; k < (pair + 1) * branching; k++) {
        const next = fleet.successors[k]!
        kernel.set(s, next, kernel.get(s, next) + chosen * fleet.probabilities[k]!)
      }
      return total + chosen * fleet.rewards[pair]!
    }, 0)
  )
  return { kernel, rewards }
}

/** TD's A = Φᵀ D (Φ − γ P Φ) and b = Φᵀ D r, for every peer. */
export function systemsOf(fleet: Fleet): readonly System[] {
  const { states, features, discount } = fleet
  const phi =
    features.kind === 'one-hot'
      ? Matrix.identity(states)
      : new Matrix(
          range(states).map(s =>
            Array.from(features.table.subarray(s * features.stride, s * features.stride + features.count))
          )
        )
  return range(fleet.peers).map(i => {
    const { kernel, rewards } = chainOf(fleet, i)
    // μ (I − P + 1 1ᵀ) = 1ᵀ for the one distribution with μ P = μ.
    const ones = Matrix.ones(states, states)
    const mu = solve(Matrix.identity(states).sub(kernel).add(ones).transpose(), Matrix.ones(states, 1))
    const weighted = phi.transpose().mmul(Matrix.diag(mu.to1DArray()))
    return {
      a: weighted.mmul(phi.clone().sub(kernel.mmul(phi).mul(discount))),
      b: weighted.mmul(Matrix.columnVector(rewards))
    }
  })
}

/** θ* of these members, and where it is decided: with one-hot features, in states that some member visits for ever. */
export function federatedPoint(systems: readonly System[], members: readonly number[]): Map<number, number> {
  const a = meanOf(members.map(i => systems[i]!.a))
  const b = meanOf(members.map(i => systems[i]!.b))
  const decided = decidedOf(a)
  const point = solve(a.selection(decided, decided), b.selection(decided, [0]))
  return new Map(decided.map((c, k) => [c, point.get(k, 0)]))
}

/** The smallest eigenvalue of the mean of A over these members: what their slowest component learns per unit of ηH. */
export function slowestOf(systems: readonly System[], members: readonly number[]): number {
  const a = meanOf(members.map(i => systems[i]!.a))
  const decided = decidedOf(a)
  return Math.min(...new EigenvalueDecomposition(a.selection(decided, decided)).realEigenvalues)
}

/**
 * Where plain gossip with H local steps of size η ends: Θ = W (G Θ + c) for the members' weights W, in the components
 * that are decided. Per member. Who has the mass m takes its steps divided by m.
 */
export function gossipPoints(
  systems: readonly System[],
  members: readonly number[],
  weights: Matrix,
  localSteps: number,
  stepSize: number,
  masses: readonly number[] = members.map(() => 1)
): Map<number, number>[] {
  const decided = decidedOf(meanOf(members.map(i => systems[i]!.a)))
  const d = decided.length
  const size = members.length * d
  const system = Matrix.identity(size)
  const right = Matrix.zeros(size, 1)
  for (const [n, j] of members.entries()) {
    const step = Matrix.identity(d).sub(systems[j]!.a.selection(decided, decided).mul(stepSize))
    const push = systems[j]!.b.selection(decided, [0]).mul(stepSize)
    let g = Matrix.identity(d)
    let c = Matrix.zeros(d, 1)
    for (let h = 0; h < localSteps; h++) {
      g = step.mmul(g)
      c = step.mmul(c).add(push)
    }
    const mass = masses[n]!
    g = g.div(mass).add(Matrix.identity(d).mul(1 - 1 / mass))
    c = c.div(mass)
    for (const m of range(members.length)) {
      const w = weights.get(m, n)
      for (const row of range(d)) {
        right.set(m * d + row, 0, right.get(m * d + row, 0) + w * c.get(row, 0))
        for (const column of range(d)) {
          const at = [m * d + row, n * d + column] as const
          system.set(...at, system.get(...at) - w * g.get(row, column))
        }
      }
    }
  }
  const solution = solve(system, right)
  return members.map(
    (_, m) => new Map(decided.map((component, k) => [component, solution.get(m * d + k, 0)]))
  )
}

const meanOf = (matrices: readonly Matrix[]): Matrix =>
  matrices.reduce((total, each) => Matrix.add(total, each)).div(matrices.length)

/** Rows that are not zero but for rounding. */
const decidedOf = (a: Matrix): number[] =>
  range(a.rows).filter(row => a.getRow(row).some(x => Math.abs(x) > 1e-13))
