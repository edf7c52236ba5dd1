/** `murmur run --save-policy FILE`: the parameters of all peers when the run ends, as JSON or for NumPy. */
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ExperimentError, RunError } from '../core/errors.ts'
import { npyOf } from '../policy/npy.ts'
import { savedJson } from '../policy/saved.ts'
import type { Outcome } from '../session/protocol.ts'

/** Throws an ExperimentError, before anything has run, for a file that could not be written. */
export function checkPolicyFile(file: string): void {
  if (!/\.(json|npy)$/.test(file))
    throw new ExperimentError(`--save-policy: is "${file}", must end in .json, or in .npy for NumPy`)
  const folder = dirname(file)
  if (!existsSync(folder)) throw new ExperimentError(`--save-policy ${file}: there is no folder ${folder}`)
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new ExperimentError(`--save-policy ${file}: is a folder`)
}

/** Throws a RunError if it cannot be written. */
export function writePolicy(file: string, { experiment, result, labels, parameters }: Outcome): void {
  const content = file.endsWith('.npy')
    ? npyOf(parameters)
    : savedJson({ experiment, round: result?.round ?? 0, parameters }, labels)
  try {
    writeFileSync(file, content)
  } catch (error) {
    throw new RunError(
      `--save-policy ${file}: cannot be written (${error instanceof Error ? error.message : error})`
    )
  }
}
