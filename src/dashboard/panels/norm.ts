/** ‖a − b‖, or ‖a‖ without b, over those components of a that `counts` has a 1 for, or over all. */
export function norm(a: Float64Array, b?: Float64Array, counts?: ArrayLike<number>): number {
  let square = 0
  for (let j = 0; j < a.length; j++) {
    const off = a[j]! - (b?.[j] ?? 0)
    if (counts === undefined || counts[j] === 1) square += off * off
  }
  return Math.sqrt(square)
}
