/**
 * A mistake in what the user typed or supplied: one line that names the place, the value and what is allowed.
 * The command line prints it without a stack and exits with 2.
 */
export class ExperimentError extends Error {
  override readonly name = 'ExperimentError'
}

/** A run that cannot go on (divergence, a lost record): one line that says where and what to try. Exit code 1. */
export class RunError extends Error {
  override readonly name = 'RunError'
}

/** θ is on its way to infinity. */
export class DivergedError extends RunError {}
