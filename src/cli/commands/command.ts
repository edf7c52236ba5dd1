/** What the commands share: how they are added, flags that several have, and what is said of a slip. */
import { type Command, CommanderError } from 'commander'
import { allowed } from '../../core/nearest.ts'
import { flagOf, KEYS, type Key, type KeyName } from '../../experiment/keys.ts'

/** Paragraphs on what there is to choose from. */
export interface FamiliesInWords {
  readonly environments: string
  readonly learners: string
  readonly topologies: string
  readonly aggregations: string
}

/** What commands are added with. */
export interface Registering {
  /** What the help says of a key. */
  readonly help: (key: KeyName) => string
  readonly families: FamiliesInWords
  /** Takes the exit code, where it is another than that of success. */
  readonly exit: (code: number) => void
}

/** Of `--symbols`. */
export const SYMBOLS_HELP =
  'what the dashboard is drawn with: braille, block or ascii; as the terminal can unless given'

/** A command that can answer as JSON. */
export function add(program: Command, usage: string, description: string): Command {
  return strict(program.command(usage)).description(description).option('--json', 'one JSON object on stdout')
}

/** Flags for `keys`, where these have one. */
export function addFlags(command: Command, help: Registering['help'], keys: readonly KeyName[]): void {
  for (const key of keys) {
    const { value }: Key = KEYS[key]
    if (value !== undefined) command.option(`${flagOf(key)} <${value}>`, help(key))
  }
}

/** Flags for `keys`, `--use` and `--set`. */
export function addKeys(command: Command, help: Registering['help'], keys: readonly KeyName[]): void {
  addFlags(command, help, keys)
  addUse(command)
  command.option(
    '--set <path=value>',
    'any key of the experiment, as topology.degree=4; may be repeated',
    listed
  )
}

/** `--use` */
export function addUse(command: Command): void {
  command.option(`${flagOf('use')} <file>`, `${KEYS.use.description}; may be repeated`, listed)
}

/** What a flag that may be repeated was given. */
export const listed = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

/** Mistakes of usage are thrown, in our words. */
export function strict(command: Command): Command {
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
  if (code === 'commander.missingArgument') {
    const needed = NEEDED[word]
    if (needed !== undefined) return `${command.name()}: needs ${needed(`murmur ${command.name()}`)}`
  }
  return message.replace(/^error: /, '')
}

/** What to give for an argument. */
const NEEDED: Readonly<Record<string, (command: string) => string>> = {
  run: command =>
    `a recorded run, by its folder or its name in runs/, as in: ${command} 20261122-180311-ring-gossip; murmur ls lists them`,
  figure: command => `a figure, as in: ${command} lian-bottleneck; ${command} list says which there are`
}
