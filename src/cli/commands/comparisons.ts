/** The commands that run many experiments, side by side. */
import type { Command } from 'commander'
import { flagOf, KEY_NAMES, KEYS, type Key, type KeyName } from '../../experiment/keys.ts'
import type { CompareOptions } from '../compare/request.ts'
import type { ReproduceFlags } from '../reproduce-request.ts'
import { add, addUse, listed, type Registering, SYMBOLS_HELP } from './command.ts'

/** Keys that have no meaning where runs are compared. */
const NOT_COMPARED: readonly KeyName[] = ['port', 'processes', 'until']

/** `murmur compare` */
export function addCompare(program: Command, { help, exit }: Registering): void {
  const command = add(
    program,
    'compare [files...]',
    'graphs and protocols beside a server and beside nobody: a YAML file of a comparison or an experiment, flags, or a good default; a recorded comparison once more; or two or more recorded runs beside each other'
  )
  for (const key of KEY_NAMES) {
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
      'the value that must be reached; 10 % worse than what the better server ends with unless given'
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
    .option('--no-ui', 'a line of progress instead of the screen')
    .option('--symbols <set>', SYMBOLS_HELP)
    .action(async ([file, ...more]: readonly string[], options: CompareOptions) => {
      if (file !== undefined && more.length > 0) {
        const { compareRecordsCommand } = await import('../compare/records.ts')
        const { ui: _, symbols: __, ...others } = options
        return compareRecordsCommand([file, ...more], others)
      }
      if (file !== undefined) {
        const { compareRecordedCommand } = await import('../compare/recorded.ts')
        if (compareRecordedCommand(file, options)) return
      }
      const { compareRequest } = await import('../compare/request.ts')
      const request = compareRequest(file, options)
      const { compareCommand } = await import('../compare/compare.ts')
      exit(await compareCommand(request))
    })
}

/** `murmur reproduce` */
export function addReproduce(program: Command, { exit }: Registering): void {
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
      const { reproduceOptions } = await import('../reproduce-request.ts')
      const checked = reproduceOptions(options)
      const { reproduceCommand } = await import('../reproduce.ts')
      exit(await reproduceCommand(figure, checked))
    })
}
