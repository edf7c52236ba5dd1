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

/** An error as plain data: classes do not cross threads and processes. */
export interface PlainError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

export function plainError(error: unknown): PlainError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { name: error instanceof DivergedError ? 'DivergedError' : name, message, stack: stack ?? '' }
}

/** The error that was thrown elsewhere. */
export function errorFrom({ name, message, stack }: PlainError): Error {
  if (name === 'ExperimentError') return new ExperimentError(message)
  if (name === 'DivergedError') return new DivergedError(message)
  if (name === 'RunError') return new RunError(message)
  const error = new Error(message)
  error.name = name
  error.stack = stack
  return error
}
