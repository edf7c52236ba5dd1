/**
 * How large steps may be where gradients are tracked. For an eigenvalue λ of W and one of the local problems, a = σ η H λ(A),
 * rounds grow or shrink as the roots of
 *
 *     z² − λ (2 − a) z + λ² − λ a    under gossip-tracking,
 *     z² − (2 λ − a) z + λ² − a      under dtdt
 *
 * do if H = 1, and nearly so for small steps if it is more. Both must be inside the unit circle (Schur, Cohn): for real λ that
 * is λ² − λ a < 1 and a < 2 with the first, and a < (1 + λ)²/2 with the second. Of λ that are complex, as those of directed
 * graphs, much less a may be too much: near the circle about (1 − |λ|)² / |1 − λ|.
 */

/** An eigenvalue. */
export interface Complex {
  readonly real: number
  readonly imaginary: number
}

/** From here on local steps alone are too large, whatever W is. */
const MOST = 2
const HALVINGS = 40

/** Which rounds. */
export type Tracking = 'gossip-tracking' | 'dtdt'

/** Up to about which a the rounds shrink differences, at most 2; `eigenvalues` are those of W but the 1 of the mean. */
export function trackingLimit(
  eigenvalues: readonly Complex[],
  tracking: Tracking = 'gossip-tracking'
): number {
  return eigenvalues.reduce((least, eigenvalue) => Math.min(least, limitOf(eigenvalue, tracking)), MOST)
}

function limitOf(eigenvalue: Complex, tracking: Tracking): number {
  if (shrinks(eigenvalue, MOST, tracking)) return MOST
  let below = 0
  let above = MOST
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (below + above) / 2
    if (shrinks(eigenvalue, middle, tracking)) below = middle
    else above = middle
  }
  return below
}

/** z² + p z + q has its roots inside the unit circle if |q| < 1 and |p − p̄ q| < 1 − |q|². */
function shrinks({ real, imaginary }: Complex, a: number, tracking: Tracking): boolean {
  const isMixed = tracking === 'gossip-tracking'
  const pReal = isMixed ? -real * (2 - a) : a - 2 * real
  const pImaginary = isMixed ? -imaginary * (2 - a) : -2 * imaginary
  const qReal = real * real - imaginary * imaginary - (isMixed ? a * real : a)
  const qImaginary = 2 * real * imaginary - (isMixed ? a * imaginary : 0)
  const room = 1 - qReal * qReal - qImaginary * qImaginary
  const left = pReal - (pReal * qReal + pImaginary * qImaginary)
  const right = pImaginary - (pReal * qImaginary - pImaginary * qReal)
  return room > 0 && Math.sqrt(left * left + right * right) < room
}
