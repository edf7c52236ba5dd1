/** The commands about an experiment: to run it, and to see what it is made of. */
import type { Command } from 'commander'
import { KEY_NAMES } from '../../experiment/keys.ts'
import type { Flags, ListFlags, RunOptions } from '../read-request.ts'
import type { SeedsOptions } from '../read-seeds.ts'
import { add, addFlags, addKeys, addUse, type Registering, SYMBOLS_HELP } from './command.ts'

/** `murmur run` */
export function addRun(program: Command, { help, families, exit }: Registering): void {
  const { environments, learners, aggregations } = families
  const command = add(
    program,
    'run [experiment]',
    'one swarm: a YAML file, a shipped experiment (default, opposite, faults, cartpole), or defaults'
  )
  addKeys(command, help, KEY_NAMES)
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
        const { seedsRequest } = await import('../read-seeds.ts')
        const request = seedsRequest(experiment, options)
        const { runSeedsCommand } = await import('../run-seeds.ts')
        return exit(await runSeedsCommand(request))
      }
      const { runRequest } = await import('../read-request.ts')
      const request = runRequest(experiment, options)
      const run = await import('../run.ts')
      exit(await run.runCommand(request))
    })
}

/** `murmur predict` */
export function addPredict(program: Command, { help }: Registering): void {
  const command = add(
    program,
    'predict [experiment]',
    'what theory says of a swarm before it runs: where it ends, how fast, its largest step size'
  )
  addKeys(command, help, KEY_NAMES)
  command.action(async (experiment: string | undefined, { json, ...options }: Flags & RunOptions) => {
    const { predictCommand } = await import('../predict.ts')
    predictCommand(experiment, options, json === true)
  })
}

type TopologyFlags = Flags &
  Pick<ListFlags, 'use'> & { json?: true; matrix?: true; simulate?: string | true; export?: string }

/** `murmur topology` */
export function addTopology(program: Command, { help, families }: Registering): void {
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
    .addHelpText('after', families.topologies)
    .action(async (name: string | undefined, { json, matrix, export: file, ...flags }: TopologyFlags) => {
      const { topologyOptions } = await import('../read-request.ts')
      const topology = await import('../topology.ts')
      await topology.topologyCommand(name, {
        ...topologyOptions(flags),
        json: json === true,
        matrix: matrix === true,
        export: file
      })
    })
}

/** `murmur fleet` */
export function addFleet(program: Command, { help }: Registering): void {
  const command = add(
    program,
    'fleet [experiment]',
    "the peers' environments and what is exactly known of them"
  )
  addKeys(command, help, ['peers', 'environment', 'placement', 'learner', 'seed'])
  command.action(async (experiment: string | undefined, { json, ...options }: Flags & RunOptions) => {
    const { fleetOf } = await import('../read-request.ts')
    const { fleetCommand } = await import('../fleet.ts')
    const made = fleetOf(experiment, options)
    fleetCommand(made.fleet, made.experiment, json === true, made.target)
  })
}

/** `murmur init` */
export function addInit(program: Command): void {
  add(
    program,
    'init [file]',
    'write a commented experiment to start from; experiment.yaml unless a file is given'
  ).action(async (file: string | undefined, options: { json?: true }) => {
    const { initCommand } = await import('../init.ts')
    initCommand(file, options.json === true)
  })
}
