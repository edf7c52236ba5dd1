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
export function portError(error: unknown, participant: number, port: number): unknown {
  const code = /EADDRINUSE|EACCES/.exec(String(error))?.[0]
  if (code === undefined) return error
  const reason = code === 'EACCES' ? 'may not be used' : 'is in use'
  return new ExperimentError(
    `port ${port}, on which peer ${participant} should listen, ${reason} on 127.0.0.1; take another first port, or leave --port out for any that are free`
  )
}
