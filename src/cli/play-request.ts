/** From the flags of `murmur play` to what it is asked for. */
import { ExperimentError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import { type PlayOptions, Repertoire, type Who } from '../policy/repertoire.ts'
import { readSaved, type SavedPolicies } from '../policy/saved.ts'

/** As commander gives them. */
export interface PlayFlags {
  readonly peer?: string
  readonly in?: string
  readonly episodes?: string
  readonly seed?: string
  readonly greedy?: true
  readonly matrix?: true
  readonly json?: true
  readonly ui?: false
}

export interface PlayRequest extends PlayOptions {
  /** As the user calls it. */
  readonly run: string
  readonly saved: SavedPolicies
  readonly repertoire: Repertoire
  /** Whose policy. */
  readonly who: Who
  /** In the environment of this peer. */
  readonly environment: number
  /** As many as make sense if undefined. */
  readonly episodes: number | undefined
  readonly json: boolean
  readonly ui: boolean
}

const MOST_EPISODES = 100_000

/** Throws an ExperimentError for what cannot be played. */
export function playRequest(run: string, flags: PlayFlags): PlayRequest {
  const {
    peer = '0',
    in: place,
    episodes,
    seed,
    greedy: isGreedy = false,
    matrix = false,
    json = false
  } = flags
  if (matrix && (flags.peer !== undefined || place !== undefined)) {
    throw new ExperimentError('--matrix: is of every policy in every environment; leave out --peer and --in')
  }
  const count = episodes === undefined ? undefined : wholeOf('--episodes', episodes, 1, MOST_EPISODES)
  const say = (text: string): unknown => process.stderr.write(`${printable(`play ${run}: ${text}`)}\n`)
  const { doubts, ...saved } = readSaved(run, file => say(`loads ${file}`))
  for (const doubt of doubts) say(doubt)
  const { peers } = saved.experiment
  const options = { seed: seed ?? saved.experiment.seed, isGreedy }
  const who =
    peer === 'mean' || peer === 'logits' ? peer : wholeOf('--peer', peer, 0, peers - 1, ', mean or logits')
  const environment =
    place === undefined ? (typeof who === 'number' ? who : 0) : wholeOf('--in', place, 0, peers - 1)
  return {
    run,
    saved,
    repertoire: new Repertoire(saved, options),
    who,
    environment,
    episodes: count,
    json,
    ui: flags.ui !== false,
    ...options
  }
}

function wholeOf(flag: string, word: string, low: number, high: number, other = ''): number {
  const number = Number(word)
  if (!/^\d+$/.test(word) || number < low || number > high)
    throw new ExperimentError(`${flag}: is "${word}", must be a whole number from ${low} to ${high}${other}`)
  return number
}
