/** The command line: what was typed, to the functions that do it, to an exit code. Commands are imported when they are called. */
import { resolve as absolute } from 'node:path'
import { styleText } from 'node:util'
import { Command, CommanderError } from 'commander'
import { ExperimentError, RunError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { printable } from '../core/printable.ts'
import { productVersion } from '../core/product.ts'
import { flagOf, KEYS, type Key, type KeyName } from '../experiment/keys.ts'
import type { CompareOptions } from './compare-request.ts'
import type { ExportFlags } from './export.ts'
import type { Filter, ListOptions } from './ls.ts'
import type { PlayFlags } from './play-request.ts'
import type { Flags, ListFlags, RunOptions } from './read-request.ts'
import type { SeedsOptions } from './read-seeds.ts'
import type { ReportFlags } from './report.ts'
import type { ReproduceFlags } from './reproduce-request.ts'

const SYMBOLS_HELP =
  'what the dashboard is drawn with: braille, block or ascii; as the terminal can unless given'

/** Keys that have no meaning where runs are compared. */
const NOT_COMPARED: readonly KeyName[] = ['port', 'processes', 'until']

/** Columns of words that runs are listed by. */
const LISTED_BY: readonly Filter[] = ['status', 'environment', 'learner', 'topology', 'aggregation']

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
    const program = commands(help, families, result => {
      code = result
    })
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

/** Paragraphs on what there is to choose from. */
interface FamiliesInWords {
  readonly environments: string
  readonly learners: string
  readonly topologies: string
  readonly aggregations: string
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

type Help = (key: KeyName) => string
const briefly: Help = key => KEYS[key].description

function commands(help: Help, families: FamiliesInWords, exit: (code: number) => void): Command {
  const program = strict(new Command('murmur'))
    .description('Reinforcement learners in different environments that agree by gossip, without a server.')
    .version(productVersion())
  addRun(program, help, families, exit)
  addPredict(program, help)
  addTopology(program, help, families.topologies)
  addFleet(program, help)
  addCompare(program, help, exit)
  addReproduce(program, exit)
  addPlay(program)
  addReport(program)
  addExport(program)

  add(
    program,
    'watch <run>',
    'a recorded run on the dashboard, or one that is running: its folder, or its name in runs/'
  )
    .option('--symbols <set>', SYMBOLS_HELP)
    .action(async (run: string, { json, symbols }: { json?: true; symbols?: string }) => {
      const { symbolsOf } = await import('./read-request.ts')
      const watch = await import('./watch.ts')
      await watch.watchCommand(run, { json: json === true, symbols: symbolsOf(symbols) })
    })

  addList(program)
  add(
    program,
    'init [file]',
    'write a commented experiment to start from; experiment.yaml unless a file is given'
  ).action(async (file: string | undefined, options: { json?: true }) => {
    const { initCommand } = await import('./init.ts')
    initCommand(file, options.json === true)
  })
  return program
}

function addRun(
  program: Command,
  help: Help,
  { environments, learners, aggregations }: FamiliesInWords,
  exit: (code: number) => void
): void {
  const command = add(
    program,
    'run [experiment]',
    'one swarm: a YAML file, a shipped experiment (default, opposite, faults, cartpole), or defaults'
  )
  addKeys(command, help, Object.keys(KEYS) as KeyName[])
  command
    .option('--record <dir>', 'folder for the record of the run (runs)')
    .option('--no-record', 'keep no record')
    .option('--resume <run>', 'continue a run that was interrupted: its folder, or its name in runs/')
    .option(
      '--replay <run>',
      'go through a recorded run again in the simulator, with what it lost: its folder, or its name in runs/'
    )
    .option(
      '--swarm-key <file>',
      'libp2p: let in only those who have the key in this file (its form: /key/swarm/psk/1.0.0/)'
    )
    .option('--parameters', "with the peers' parameters in --json")
    .option(
      '--save-policy <file>',
      "write every peer's parameters when the run ends: FILE.json, for murmur play, or FILE.npy, for NumPy"
    )
    .option('--no-ui', 'a line of progress instead of the dashboard')
    .option(
      '--pace <rounds>',
      'at most so many rounds a second, to watch; + and - change it on the dashboard'
    )
    .option('--symbols <set>', SYMBOLS_HELP)
    .option(
      '--seeds <seeds>',
      'so many runs, with the seeds from --seed on, or a list of seeds, as 1,5,9: one table with 95 % intervals'
    )
    .option('--statistic <name>', 'of the runs of --seeds: mean, or iqm, the interquartile mean (mean)')
    .addHelpText(
      'after',
      `${environments}\n${learners}\n${aggregations}\n\nmurmur topology --help says the same of the topologies.`
    )
    .action(async (experiment: string | undefined, options: Flags & RunOptions & SeedsOptions) => {
      if (options.seeds !== undefined || options.statistic !== undefined) {
        const { seedsRequest } = await import('./read-seeds.ts')
        const request = seedsRequest(experiment, options)
        const { runSeedsCommand } = await import('./run-seeds.ts')
        return exit(await runSeedsCommand(request))
      }
      const { runRequest } = await import('./read-request.ts')
      const request = runRequest(experiment, options)
      const run = await import('./run.ts')
      exit(await run.runCommand(request))
    })
}

function addPredict(program: Command, help: Help): void {
  const command = add(
    program,
    'predict [experiment]',
    'what theory says of a swarm before it runs: where it ends, how fast, its largest step size'
  )
  addKeys(command, help, Object.keys(KEYS) as KeyName[])
  command.action(async (experiment: string | undefined, { json, ...options }: Flags & RunOptions) => {
    const { predictCommand } = await import('./predict.ts')
    predictCommand(experiment, options, json === true)
  })
}

function addTopology(program: Command, help: Help, topologies: string): void {
  const command = add(
    program,
    'topology [name]',
    'a graph: degree, diameter, spectrum, cost, a drawing; without a name all of them, a line each'
  )
  addFlags(command, help, ['peers', 'weights', 'seed'])
  addUse(command)
  command
    .option('--matrix', 'with the mixing matrix')
    .option('--simulate [rounds]', 'with pure averaging from x_i = i for so many rounds (100)')
    .option('--aggregation <name>', 'what --simulate averages with: gossip unless given')
    .option('--export <file>', 'write the graph with its weights, as FILE.json, FILE.graphml or FILE.txt')
    .addHelpText('after', topologies)
    .action(async (name: string | undefined, { json, matrix, export: file, ...flags }: TopologyFlags) => {
      const { topologyOptions } = await import('./read-request.ts')
      const topology = await import('./topology.ts')
      await topology.topologyCommand(name, {
        ...topologyOptions(flags),
        json: json === true,
        matrix: matrix === true,
        export: file
      })
    })
}

type TopologyFlags = Flags &
  Pick<ListFlags, 'use'> & { json?: true; matrix?: true; simulate?: string | true; export?: string }

function addFleet(program: Command, help: Help): void {
  const command = add(
    program,
    'fleet [experiment]',
    "the peers' environments and what is exactly known of them"
  )
  addKeys(command, help, ['peers', 'environment', 'placement', 'learner', 'seed'])
  command.action(async (experiment: string | undefined, { json, ...options }: Flags & RunOptions) => {
    const { fleetOf } = await import('./read-request.ts')
    const { fleetCommand } = await import('./fleet.ts')
    const made = fleetOf(experiment, options)
    fleetCommand(made.fleet, made.experiment, json === true, made.target)
  })
}

function addCompare(program: Command, help: Help, exit: (code: number) => void): void {
  const command = add(
    program,
    'compare [files...]',
    'graphs and protocols beside a server and beside nobody: a YAML file of a comparison or an experiment, flags, or a good default; or two or more recorded runs beside each other'
  )
  for (const key of Object.keys(KEYS) as KeyName[]) {
    const { value }: Key = KEYS[key]
    if (value === undefined || NOT_COMPARED.includes(key)) continue
    command.option(`${flagOf(key)} <${value}>`, `${help(key)}; may be repeated`, listed)
  }
  addUse(command)
  command
    .option('--name <name>', 'what it is called; its folder, too')
    .option('--seeds <seeds>', 'so many seeds from --seed on, or a list of them, as 1,5,9 (5)')
    .option(
      '--metric <name>',
      'what is compared: fixedPointError of values and return of policies unless given'
    )
    .option(
      '--target <number>',
      'the value that must be reached; what the better server ends with, and 10 % more, unless given'
    )
    .option(
      '--budget <limit>',
      'where all end: rounds=N, bytes=N of the busiest participant, seconds=N, or samples=N of a peer'
    )
    .option(
      '--price <model>',
      'the network in which seconds are predicted: datacenter, lan, wan, edge or lora, as wan:latencyMs=80 (wan)'
    )
    .option('--statistic <name>', 'over the seeds: mean, or iqm, the interquartile mean (mean)')
    .option(
      '--tune <what>',
      'step-size: also with the best step size of each, of five around the given one, found on other seeds'
    )
    .option('--jobs <threads>', 'runs at a time; as many as there are cores unless given')
    .option(
      '--folder <dir>',
      'where results are kept, so that what was interrupted goes on (runs/comparisons)'
    )
    .option('--fresh', 'run again what was kept')
    .action(async ([file, ...more]: readonly string[], options: CompareOptions) => {
      if (file !== undefined && more.length > 0) {
        const { compareRecordsCommand } = await import('./compare-records.ts')
        return compareRecordsCommand([file, ...more], options)
      }
      const { compareRequest } = await import('./compare-request.ts')
      const request = compareRequest(file, options)
      const { compareCommand } = await import('./compare.ts')
      exit(await compareCommand(request))
    })
}

function addList(program: Command): void {
  const command = add(program, 'ls [folder]', 'the runs recorded in a folder; runs/ unless one is given')
  for (const column of LISTED_BY) {
    command.option(
      `--${column} <word>`,
      `only runs of just this ${column} or, if there are none, with it in theirs`
    )
  }
  command
    .option('--peers <number>', 'only runs of so many peers')
    .option('--sort <column>', 'by a column of the table, as -rounds from the largest; by start unless given')
    .action(async (folder: string | undefined, options: ListOptions) => {
      const { lsCommand } = await import('./ls.ts')
      lsCommand(folder, options)
    })
}

function addReproduce(program: Command, exit: (code: number) => void): void {
  add(
    program,
    'reproduce <figure>',
    'a figure of a paper, computed again, with a verdict on each of its claims; list says which there are'
  )
    .option('--quick', 'a smaller form that ends within seconds')
    .option('--jobs <threads>', 'cells computed at a time; as many as there are cores unless given')
    .option('--svg <file>', 'where to draw the figure; in the folder of its results unless given')
    .option('--folder <dir>', 'where results are kept, so that what was interrupted goes on (runs/reproduce)')
    .option('--fresh', 'compute again what was kept')
    .action(async (figure: string, options: ReproduceFlags) => {
      const { reproduceOptions } = await import('./reproduce-request.ts')
      const checked = reproduceOptions(options)
      const { reproduceCommand } = await import('./reproduce.ts')
      exit(await reproduceCommand(figure, checked))
    })
}

function addPlay(program: Command): void {
  add(
    program,
    'play <run>',
    "an episode of a peer's policy: of a recorded run, by its folder or its name in runs/, or of a file of --save-policy"
  )
    .option(
      '--peer <peer>',
      'whose policy: a number, or mean or logits, that of the mean of all parameters or logits (0)'
    )
    .option('--in <peer>', 'in the environment of which peer; its own unless given')
    .option('--episodes <number>', 'how many episodes (1)')
    .option('--seed <seed>', 'what chance is drawn from; the seed of the run unless given')
    .option('--greedy', 'take what is most probable, instead of drawing')
    .option('--matrix', "the return of every peer's policy in every peer's environment")
    .option('--no-ui', 'nothing that moves')
    .action(async (run: string, options: PlayFlags) => {
      const play = await import('./play.ts')
      await play.playCommand(run, options)
    })
}

function addReport(program: Command): void {
  add(
    program,
    'report <run>',
    'one HTML file about a recorded run or a comparison, that needs nothing else: its folder, or its name in runs/'
  )
    .option('--out <file>', 'where to write it; report.html in the folder of the record unless given')
    .option('--svg', 'with its figures as files beside it')
    .action(async (run: string, options: ReportFlags) => {
      const { reportCommand } = await import('./report.ts')
      reportCommand(run, options)
    })
}

function addExport(program: Command): void {
  strict(program.command('export <run>'))
    .description(
      'the measured rounds of a recorded run or a comparison as a table: its folder, or its name in runs/'
    )
    .option('--format <name>', 'csv, jsonl or parquet; as the name of the file ends, or csv')
    .option('--out <file>', 'where to write it; stdout unless given')
    .option('--swarm', 'of a run: a row for each measured round, instead of one for each of its peers')
    .action(async (run: string, options: ExportFlags) => {
      const { exportCommand } = await import('./export.ts')
      await exportCommand(run, options)
    })
}

function add(program: Command, usage: string, description: string): Command {
  return strict(program.command(usage)).description(description).option('--json', 'one JSON object on stdout')
}

function addFlags(command: Command, help: Help, keys: readonly KeyName[]): void {
  for (const key of keys) {
    const { value }: Key = KEYS[key]
    if (value !== undefined) command.option(`${flagOf(key)} <${value}>`, help(key))
  }
}

/** Flags for `keys`, `--use` and `--set`. */
function addKeys(command: Command, help: Help, keys: readonly KeyName[]): void {
  addFlags(command, help, keys)
  addUse(command)
  command.option(
    '--set <path=value>',
    'any key of the experiment, as topology.degree=4; may be repeated',
    listed
  )
}

function addUse(command: Command): void {
  command.option(`${flagOf('use')} <file>`, `${KEYS.use.description}; may be repeated`, listed)
}

/** What a flag that may be repeated was given. */
const listed = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** Mistakes of usage are thrown, in our words. */
function strict(command: Command): Command {
  return command.configureOutput({ outputError: () => {} }).exitOverride(error => {
    throw new CommanderError(error.exitCode, error.code, usageProblem(error, command))
  })
}

function usageProblem({ code, message }: CommanderError, command: Command): string {
  const [, word = ''] = /'([^']*)'/.exec(message) ?? []
  if (code === 'commander.unknownOption') {
    const [flag = ''] = word.split('=')
    const flags = command.options.map(({ long, short }) => long ?? short ?? '')
    return `${command.name()}: unknown flag ${flag}${allowed(flag, [...flags, '--help'])}`
  }
  if (code === 'commander.unknownCommand') {
    return `unknown command "${word}"${allowed(
      word,
      command.commands.map(each => each.name())
    )}`
  }
  return message.replace(/^error: /, '')
}
