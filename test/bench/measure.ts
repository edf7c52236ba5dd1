/** Timing for the benches: the best of several repetitions, which is what the code can do when nothing is in its way. */

/** Nanoseconds per unit of work: `work` does `units` of it per call. The minimum over the repetitions. */
export function nanoseconds(units: number, work: () => void, repetitions = 9): number {
  let best = Number.POSITIVE_INFINITY
  for (let k = 0; k < repetitions; k++) {
    const started = performance.now()
    work()
    best = Math.min(best, ((performance.now() - started) * 1e6) / units)
  }
  return best
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** A table of the results so far, each printed as it comes. */
export function row(what: string, figure: string, comment = ''): void {
  process.stdout.write(`${what.padEnd(58)}${figure.padStart(16)}   ${comment}\n`)
}
