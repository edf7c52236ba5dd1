/**
 * `one` done so many times, at least once, where `then(a, b)` is a done first and b after it: by doubling, as many are done in the first half
 * as in the second.
 */
export function repeated<T>(one: T, times: number, then: (first: T, second: T) => T): T {
  if (times === 1) return one
  const half = repeated(one, Math.floor(times / 2), then)
  const whole = then(half, half)
  return times % 2 === 0 ? whole : then(whole, one)
}
