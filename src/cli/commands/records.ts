/** The commands about what was recorded. */
import type { Command } from 'commander'
import type { ExportFlags } from '../export.ts'
import type { Filter, ListOptions } from '../ls.ts'
import type { PlayFlags } from '../play-request.ts'
import type { ReportFlags } from '../report.ts'
import { add, SYMBOLS_HELP } from './command.ts'

/** `murmur play` */
export function addPlay(program: Command): void {
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
      const play = await import('../play.ts')
      await play.playCommand(run, options)
    })
}

/** `murmur report` */
export function addReport(program: Command): void {
  add(
    program,
    'report <run>',
    'one HTML file about a recorded run or a comparison, that needs nothing else: its folder, or its name in runs/'
  )
    .option('--out <file>', 'where to write it; report.html in the folder of the record unless given')
    .option('--svg', 'with its figures as files beside it')
    .option(
      '--price <model>',
      'the network in which seconds of a run are predicted: datacenter, lan, wan, edge or lora, as wan:latencyMs=80 (wan)'
    )
    .action(async (run: string, options: ReportFlags) => {
      const { reportCommand } = await import('../report.ts')
      reportCommand(run, options)
    })
}

/** `murmur export` */
export function addExport(program: Command): void {
  add(
    program,
    'export <run>',
    'the measured rounds of a recorded run or a comparison as a table: its folder, or its name in runs/'
  )
    .option('--format <name>', 'csv, jsonl or parquet; as the name of the file ends, or csv')
    .option('--out <file>', 'where to write it; stdout unless given')
    .option('--swarm', 'of a run: a row for each measured round, instead of one for each of its peers')
    .action(async (run: string, options: ExportFlags) => {
      const { exportCommand } = await import('../export.ts')
      await exportCommand(run, options)
    })
}

/** `murmur watch` */
export function addWatch(program: Command): void {
  add(
    program,
    'watch <run>',
    'a recorded run on the dashboard, or one that is running: its folder, or its name in runs/'
  )
    .option('--symbols <set>', SYMBOLS_HELP)
    .action(async (run: string, { json, symbols }: { json?: true; symbols?: string }) => {
      const { symbolsOf } = await import('../read-request.ts')
      const watch = await import('../watch.ts')
      await watch.watchCommand(run, { json: json === true, symbols: symbolsOf(symbols) })
    })
}

/** Columns of words that runs are listed by. */
const LISTED_BY: readonly Filter[] = ['status', 'environment', 'learner', 'topology', 'aggregation']

/** `murmur ls` */
export function addList(program: Command): void {
  const command = add(
    program,
    'ls [folder]',
    'the runs and comparisons recorded in a folder; runs/ unless one is given'
  )
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
      const { lsCommand } = await import('../ls.ts')
      lsCommand(folder, options)
    })
}
