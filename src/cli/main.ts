/** The command line: what was typed, to an exit code. What commands do is imported when they are called. */
import { resolve as absolute } from 'node:path'
import { styleText } from 'node:util'
import { Command, CommanderError } from 'commander'
import { ExperimentError, RunError } from '../core/errors.ts'
import { printable } from '../core/printable.ts'
import { productVersion } from '../core/product.ts'
import { flagOf, KEYS } from '../experiment/keys.ts'
import { type FamiliesInWords, type Registering, strict } from './commands/command.ts'
import { addCompare, addReproduce } from './commands/comparisons.ts'
import { addFleet, addInit, addPredict, addRun, addTopology } from './commands/experiments.ts'
import { addExport, addList, addPlay, addReport, addWatch } from './commands/records.ts'

const SUCCESS = 0
const FAILED = 1
const MISUSED = 2

/** Runs `murmur` with these arguments and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let code = SUCCESS
  try {
    const isAsked = asksForHelp(args)
    if (isAsked) await loadUsed(args)
    const help = isAsked ? (await import('../experiment/help.ts')).helpOf : briefly
    const families = isAsked ? await familiesInWords() : NO_FAMILIES
    const exit = (result: number) => {
      code = result
    }
    const program = commands({ help, families, exit })
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    return await report(error)
  }
}

async function report(error: unknown): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return SUCCESS
  if (error instanceof CommanderError && error.code === 'commander.help') return MISUSED
  if (error instanceof ExperimentError || error instanceof CommanderError)
    return complain(error.message, MISUSED)
  if (error instanceof RunError) return complain(error.message, FAILED)
  const blame = (await import('../experiment/extensions.ts')).blameOf(error)
  if (blame !== undefined) return complain(blame, MISUSED)
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`murmur: this is a mistake of the program, not yours:\n${detail}\n`)
  return FAILED
}

function complain(message: string, code: number): number {
  const prefix = styleText('red', 'murmur:', { stream: process.stderr })
  const line = message
    .split('\n')
    .map(part => part.trim())
    .join(' ')
  process.stderr.write(`${prefix} ${printable(line)}\n`)
  return code
}

const NO_FAMILIES: FamiliesInWords = { environments: '', learners: '', topologies: '', aggregations: '' }

async function familiesInWords(): Promise<FamiliesInWords> {
  const { familiesInWords } = await import('./families-in-words.ts')
  const { environment, learner, topology, aggregation } = (await import('../experiment/families.ts'))
    .NAMED_KEYS
  return {
    environments: familiesInWords('Environments', environment.families),
    learners: familiesInWords('Learners', learner.families),
    topologies: familiesInWords('Topologies', topology.families),
    aggregations: familiesInWords('Aggregations', aggregation.families)
  }
}

/** What is used is in the help, too. */
async function loadUsed(args: readonly string[]): Promise<void> {
  const flag = flagOf('use')
  const files = args.flatMap((word, k) =>
    args[k - 1] === flag ? [word] : word.startsWith(`${flag}=`) ? [word.slice(flag.length + 1)] : []
  )
  const { loadExtensions } = await import('../experiment/extensions.ts')
  loadExtensions(
    files.map(file => absolute(file)),
    () => flag
  )
}

const asksForHelp = (args: readonly string[]): boolean =>
  ['--help', '-h', 'help'].some(word => args.includes(word))

const briefly: Registering['help'] = key => KEYS[key].description

/** In the order of the help. */
const COMMANDS = [
  addRun,
  addPredict,
  addTopology,
  addFleet,
  addCompare,
  addReproduce,
  addPlay,
  addReport,
  addExport,
  addWatch,
  addList,
  addInit
]

function commands(registering: Registering): Command {
  const program = strict(new Command('murmur'))
    .description('Reinforcement learners in different environments that agree by gossip, without a server.')
    .version(productVersion())
  for (const add of COMMANDS) add(program, registering)
  return program
}
