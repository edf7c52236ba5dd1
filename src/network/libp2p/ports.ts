/** What is wrong with the ports that a user named. Participant p listens on the first port plus p. */
import { ExperimentError } from '../../core/errors.ts'

const MAX_PORT = 65_535

/** Throws an ExperimentError if there are not as many ports from `port` on as participants. */
export function checkPorts(port: number, participants: number): void {
  if (port + participants - 1 <= MAX_PORT) return
  throw new ExperimentError(
    `port ${port}: ${participants} peers need as many ports from there on, and the last is ${MAX_PORT}; ` +
      `take a port up to ${MAX_PORT - participants + 1}, or leave --port out for any that are free`
  )
}

/** The user's mistake behind a node that does not start, if it is one; else the error itself. */
function portError(error: unknown, participant: number, port: number): unknown {
  const code = /EADDRINUSE|EACCES/.exec(String(error))?.[0]
  if (code === undefined) return error
  const reason = code === 'EACCES' ? 'may not be used' : 'is in use'
  return new ExperimentError(
    `port ${port}, on which peer ${participant} should listen, ${reason} on 127.0.0.1; take another first port, or leave --port out for any that are free`
  )
}

/**
 * Starts the node of a participant on the port that the user gave it; where `first` is 0, on its `own`, or on any that is free if that
 * is not.
 */
export function startOnPort<T>(
  participant: number,
  { first, own }: { readonly first: number; readonly own: number },
  startOn: (port: number) => Promise<T>
): Promise<T> {
  if (first === 0) return startOn(own).catch(() => startOn(0))
  const port = first + participant
  return startOn(port).catch((error: unknown) => {
    throw portError(error, participant, port)
  })
}
