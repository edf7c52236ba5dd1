/** The flags of `murmur reproduce`. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'

/** As commander gives them. */
export interface ReproduceFlags {
  readonly json?: true
  readonly quick?: true
  readonly fresh?: true
  readonly jobs?: string
  readonly svg?: string
  readonly folder?: string
}

export interface ReproduceOptions {
  readonly json: boolean
  /** The form that ends within seconds. */
  readonly quick: boolean
  /** Without what was computed before. */
  readonly fresh: boolean
  readonly jobs: number
  /** Where to draw; beside the results of the figure if undefined. */
  readonly svg: string | undefined
  /** Of the results of all figures. */
  readonly folder: string
}

const MOST_JOBS = 256

/** Throws an ExperimentError for what cannot be. */
export function reproduceOptions({
  json,
  quick,
  fresh,
  jobs: word,
  svg,
  folder
}: ReproduceFlags): ReproduceOptions {
  const jobs = word === undefined ? availableParallelism() : Number(word)
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS) {
    throw new ExperimentError(`--jobs: is "${word}", must be a number of threads, 1 to ${MOST_JOBS}`)
  }
  return {
    json: json === true,
    quick: quick === true,
    fresh: fresh === true,
    jobs,
    svg,
    folder: folder ?? join('runs', 'reproduce')
  }
}
