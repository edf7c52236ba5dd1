/** From the flags of a command to what it is about. */
import { readFileSync } from 'node:fs'
import { resolve as absolute } from 'node:path'
import { z } from 'zod'
import { environments } from '../../peers/environments/index.ts'
import { buildFleet } from '../../peers/fleet.ts'
import { learners } from '../../peers/learners/index.ts'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { SYMBOLS, type Symbols } from '../dashboard/glyphs.ts'
import { loadExtensions } from '../experiment/extensions.ts'
import { flagOf, KEY_NAMES, type KeyName } from '../experiment/keys.ts'
import { fromWord, parseNamed } from '../experiment/named.ts'
import { check } from '../experiment/problem.ts'
import { readExperiment } from '../experiment/read.ts'
import { type Experiment, experimentSchema } from '../experiment/schema.ts'
import type { Fleet, SimulatedFleet, ValueTarget } from '../interfaces.ts'
import { swarmKeyOf } from '../network/swarm-key.ts'
import { readReplay } from '../records/replay.ts'
import { readResumable } from '../records/resume.ts'
import type { RunRequest } from './run-request.ts'
import { checkPolicyFile } from './save-policy.ts'
import { sayUsed } from './say-used.ts'
import { DEFAULT_ROUNDS, MOST_ROUNDS } from './topology-request.ts'

/** Values of the flags that are keys of the experiment, as typed. */
export type Flags = Partial<Record<Exclude<KeyName, 'use'>, string>>

/** The flags that may be repeated. */
export interface ListFlags {
  readonly set?: readonly string[]
  readonly use?: readonly string[]
}

/** The other flags, as commander gives them. */
export interface RunOptions extends ListFlags {
  readonly record?: string | false
  readonly resume?: string
  readonly replay?: string
  readonly swarmKey?: string
  readonly json?: true
  readonly parameters?: true
  readonly savePolicy?: string
  readonly ui?: false
  readonly pace?: string
  readonly symbols?: string
}

/** The keys whose flags take one word. */
const WORD_KEYS = KEY_NAMES.filter(key => key !== 'use')

/** A flag that took the next flag for its value is a slip, and nothing else in the experiment begins with two dashes. */
export function requireValues(flags: Flags): void {
  for (const key of WORD_KEYS) {
    if (flags[key]?.startsWith('--'))
      throw new ExperimentError(`${flagOf(key)}: needs a value before ${flags[key]}`)
  }
}

/** The run that `murmur run` is asked for. Throws an ExperimentError for what it cannot be. */
export function runRequest(experiment: string | undefined, options: Flags & RunOptions): RunRequest {
  const {
    set: sets = [],
    use = [],
    record,
    resume,
    replay,
    swarmKey: keyFile,
    json = false,
    parameters = false,
    savePolicy = null,
    ui = true,
    pace: paceWord,
    symbols: symbolsWord,
    ...flags
  } = options
  requireValues(flags)
  const swarmKey = keyFile === undefined ? undefined : readSwarmKey(keyFile)
  if (savePolicy !== null) checkPolicyFile(savePolicy)
  const symbols = symbolsOf(symbolsWord)
  const shown = { json, parameters, savePolicy, ui, pace: paceOf(paceWord), symbols }
  if (resume !== undefined) {
    const more = [experiment, ...Object.keys(flags), ...use, ...sets, record].find(
      given => given !== undefined
    )
    if (more !== undefined) {
      throw new ExperimentError(
        '--resume: continues a run as it was; allowed beside it: --swarm-key, --pace, --no-ui, --symbols, --json, --parameters, --save-policy'
      )
    }
    sayUsed(resume, '--resume')
    const { folder, manifest, experiment: resumed } = readResumable(resume)
    const commandLine = manifest.command
    return {
      experiment: resumed,
      notes: [],
      record: null,
      resume: folder,
      replay: null,
      swarmKey,
      ...shown,
      commandLine
    }
  }
  const parent = record === false ? null : (record ?? 'runs')
  if (replay !== undefined) {
    const more = [experiment, ...Object.keys(flags), ...use, ...sets, keyFile].find(
      given => given !== undefined
    )
    if (more !== undefined) {
      throw new ExperimentError(
        '--replay: goes through a run as it was; allowed beside it: --record, --no-record, --pace, --no-ui, --symbols, --json, --parameters, --save-policy'
      )
    }
    sayUsed(replay, '--replay')
    return {
      ...replayOf(replay),
      record: parent,
      resume: null,
      swarmKey: undefined,
      ...shown,
      commandLine: `murmur run --replay ${quoted(replay)}`
    }
  }
  return {
    ...readExperiment({ experiment, flags, use, sets }),
    record: parent,
    resume: null,
    replay: null,
    swarmKey,
    ...shown,
    commandLine: commandLineOf(experiment, { ...flags, use }, sets)
  }
}

function paceOf(word: string | undefined): number | null {
  const rounds = word === undefined ? null : Number(word)
  if (rounds !== null && !(rounds > 0 && rounds <= 1e6)) {
    throw new ExperimentError(`--pace: is "${word}", must be a number of rounds above 0, at most 1000000`)
  }
  return rounds
}

/** What the user wants the dashboard to be drawn with. */
export function symbolsOf(word: string | undefined): Symbols | undefined {
  const known = SYMBOLS.find(name => name === word)
  if (word !== undefined && known === undefined)
    throw new ExperimentError(`--symbols: unknown "${word}"${allowed(word, SYMBOLS)}`)
  return known
}

/** The key in the file at `path`. Throws an ExperimentError that does not repeat it. */
function readSwarmKey(path: string): Uint8Array {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ExperimentError(
      `--swarm-key ${path}: cannot be read (${error instanceof Error ? error.message : error})`
    )
  }
  const key = swarmKeyOf(text)
  if (typeof key === 'string') throw new ExperimentError(`--swarm-key ${path}: ${key}`)
  return key
}

function replayOf(run: string): Pick<RunRequest, 'experiment' | 'notes' | 'replay'> {
  const { folder, experiment, rounds, missing, commanded } = readReplay(run)
  const note =
    `replaying ${folder} in the simulator: ${rounds} rounds, ` +
    `${missing.size} exchanges with messages missing, ${commanded.length} commands`
  return { experiment: { ...experiment, rounds }, notes: [note], replay: folder }
}

/** Checked options of `murmur topology`; what averages is checked with the topology. */
export function topologyOptions({
  seed,
  aggregation,
  simulate,
  use = [],
  ...flags
}: Flags & Pick<ListFlags, 'use'> & { readonly simulate?: string | true }) {
  loadExtensions(
    use.map(file => absolute(file)),
    () => flagOf('use')
  )
  const { peers, weights } = experimentSchema.shape
  const given = Object.fromEntries(Object.entries(flags).map(([key, text]) => [key, fromWord(text)]))
  const checked = check(z.strictObject({ peers, weights }), given, KEY_NAMES, path =>
    flagOf(path[0] as KeyName)
  )
  return { ...checked, seed, aggregation, simulate: roundsOf(simulate) }
}

/** How long to average: as long as usual if that is not said. */
function roundsOf(word: string | true | undefined): number | undefined {
  if (word === undefined) return undefined
  const rounds = word === true ? DEFAULT_ROUNDS : Number(word)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS) {
    throw new ExperimentError(`--simulate: is "${word}", must be a number of rounds, 1 to ${MOST_ROUNDS}`)
  }
  return rounds
}

/** The fleet of an experiment, what it was made from, and what its learners move towards. */
export function fleetOf(
  file: string | undefined,
  { set: sets = [], use = [], ...flags }: Flags & ListFlags
): { fleet: Fleet | SimulatedFleet; experiment: Experiment; target: ValueTarget | undefined } {
  const { experiment } = readExperiment({ experiment: file, flags, use, sets })
  const { environment, peers, placement, seed } = experiment
  const { family, options } = parseNamed(environment, environments, 'environment')
  const learner = parseNamed(experiment.learner, learners, 'learner')
  return {
    fleet: buildFleet(family, options, peers, placement, seed),
    experiment,
    target: learner.family.target?.(learner.options)
  }
}

/** What to type for the same experiment, from the same folder. */
export function commandLineOf(
  experiment: string | undefined,
  { use = [], ...flags }: Flags & Pick<ListFlags, 'use'>,
  sets: readonly string[]
): string {
  const words = experiment === undefined ? [] : [experiment]
  for (const file of use) words.push(flagOf('use'), file)
  for (const key of WORD_KEYS) if (flags[key] !== undefined) words.push(flagOf(key), flags[key])
  for (const set of sets) words.push('--set', set)
  return ['murmur', 'run', ...words.map(quoted)].join(' ')
}

/** A word for a POSIX shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
