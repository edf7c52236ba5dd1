import { describe, expect, test } from 'vitest'
import { aggregations } from '../../src/aggregation/index.ts'
import { productVersion } from '../../src/core/product.ts'
import { flagOf, KEYS, type KeyName } from '../../src/experiment/keys.ts'
import { said } from '../support/said.ts'

describe('a mistake of usage names what is meant and what is allowed', () => {
  const cases: readonly [string[], RegExp][] = [
    [
      ['rnu'],
      /^murmur: unknown command "rnu"; did you mean "run"\? Allowed: run, predict, topology, fleet, compare, reproduce, play, report, export, watch, ls, init\n$/
    ],
    [
      ['run', '--topolgy', 'ring'],
      /^murmur: run: unknown flag --topolgy; did you mean "--topology"\? Allowed: --json, --peers, /
    ],
    [['run', '--peer=3'], /^murmur: run: unknown flag --peer; did you mean "--peers"\?/],
    [['run', '-p', '3'], /^murmur: run: unknown flag -p/],
    [
      ['ls', '--jsn'],
      /^murmur: ls: unknown flag --jsn; did you mean "--json"\? Allowed: --json, --status, .*, --sort, --help\n$/
    ],
    [
      ['watch'],
      /^murmur: watch: needs a recorded run, by its folder or its name in runs\/, as in: murmur watch 2\S+; murmur ls lists them\n$/
    ],
    [
      ['reproduce'],
      /^murmur: reproduce: needs a figure, as in: murmur reproduce lian-bottleneck; murmur reproduce list says which there are\n$/
    ],
    [['ls', '--peers', 'x'], /^murmur: --peers: must be a number, not "x"\n$/],
    [['ls', 'a', 'b'], /^murmur: too many arguments for 'ls'\./],
    [['topology', '--simulate'], /^murmur: --simulate: needs the name of a topology/],
    [
      ['topology', 'ring', '--simulate', 'x'],
      /^murmur: --simulate: is "x", must be a number of rounds, 1 to 100000\n$/
    ],
    [['run', '--seed'], /^murmur: option '--seed <TEXT>' argument missing\n$/],
    [
      ['run', '--topology', 'rng'],
      /^murmur: --topology: "rng" is unknown; did you mean "ring"\? Allowed: ring, ring-lattice, path, /
    ],
    [['run', '--rounds', '0'], /^murmur: --rounds: must be at least 1, not 0\n$/],
    [['run', '--set', 'tpology=ring'], /^murmur: --set tpology: unknown key; did you mean "topology"\?/],
    [
      ['run', 'oposite'],
      /^murmur: there is neither a file "oposite" nor a shipped experiment of that name; did you mean "opposite"\?/
    ],
    [['run', '--resume', 'nothing'], /^murmur: --resume: there is no run "nothing"/],
    [['run', '--resume', 'nothing', '--peers', '3'], /^murmur: --resume: continues a run as it was/],
    [['run', 'exp.yaml', '--resume', 'nothing'], /^murmur: --resume: continues a run as it was/],
    [['run', '--resume', 'nothing', '--no-record'], /^murmur: --resume: continues a run as it was/],
    [['topology', 'rng'], /^murmur: topology: "rng" is unknown; did you mean "ring"\?/],
    [['topology', 'ring', '--weights', 'lzy'], /^murmur: --weights: "lzy" is unknown; did you mean "lazy"\?/],
    [['topology', 'ring', '--peers', 'x'], /^murmur: --peers: must be a number, not "x"\n$/],
    [
      ['fleet', '--environment', 'garnet:sates=3'],
      /^murmur: --environment sates: unknown key; did you mean "states"\?/
    ],
    [['ls', 'nowhere'], /^murmur: nowhere: the folder of records cannot be read \(ENOENT/],
    [['init', 'nowhere/exp.yaml'], /^murmur: nowhere\/exp\.yaml: cannot be written \(ENOENT/]
  ]
  test.each(cases)('%j: %s', async (args, message) => {
    const { code, stdout, stderr } = await said(...args)
    expect(stderr).toMatch(message)
    expect(stderr.split('\n')).toHaveLength(2)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('no command at all is shown what there is', async () => {
    const { code, stdout, stderr } = await said()
    expect(stderr).toMatch(/^Usage: murmur/)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})

describe('help', () => {
  test('of run names every flag of the contract, what is allowed and the defaults', async () => {
    const { code, stdout } = await said('run', '--help')
    const flags = Object.keys(KEYS)
      .filter(key => key !== 'name')
      .map(key => flagOf(key as KeyName))
    for (const flag of [
      ...flags,
      '--record <dir>',
      '--no-record',
      '--resume',
      '--json',
      '--parameters',
      '--set'
    ]) {
      expect(stdout).toContain(`  ${flag} `)
    }
    const words = stdout.replace(/\s+/g, ' ')
    expect(words).toContain('[expected, iid, markov; default markov]')
    expect(words).toContain('(CHOCO) [compressor=top-k,share=0.1,levels=16,step=auto]')
    for (const name of Object.keys(aggregations)) expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'))
    expect(Math.max(...stdout.split('\n').map(line => [...line].length))).toBeLessThanOrEqual(80)
    expect(code).toBe(0)
  })

  test('and version go to stdout', async () => {
    expect(await said('--version')).toEqual({ code: 0, stdout: `${productVersion()}\n`, stderr: '' })
    expect((await said('help')).stdout).toMatch(/^Usage: murmur/)
  })
})

describe('what a run suggests next', () => {
  const suggested = async (...args: string[]): Promise<string> => {
    const { stdout } = await said(
      'run',
      '--peers',
      '4',
      '--transport',
      'simulated',
      '--rounds',
      '4',
      '--no-record',
      '--no-ui',
      ...args
    )
    return /^ +npx murmur run (.*?)(?: {2,}.*)?$/m.exec(stdout)?.[1] ?? stdout
  }
  const rest = '--peers 4 --rounds 4 --transport simulated'

  test.each([
    [[], '--topology exponential'],
    [['--topology', 'exponential'], '--topology torus'],
    [['--aggregation', 'none'], '--aggregation gossip'],
    [['--aggregation', 'star'], '--aggregation gossip'],
    [['--set', 'topology=random-regular', '--set', 'topology.degree=2'], '--topology exponential'],
    [['--topology', 'base', '--weights', 'own'], '--topology exponential']
  ])('after %j is possible', async (args, next) => {
    expect(await suggested(...args)).toBe(`${rest} ${next}`)
  })

  test('is another tree for relayed sums', async () => {
    expect(await suggested('--aggregation', 'relay-sum', '--topology', 'binary-tree')).toMatch(
      /--topology star$/
    )
  })
})

test('fleet takes the flags of the environment', async () => {
  const { code, stdout } = await said(
    'fleet',
    '--peers',
    '3',
    '--environment',
    'garnet:states=4',
    '--set',
    'environment.discount=0.5',
    '--json'
  )
  expect(JSON.parse(stdout)).toMatchObject({ peers: 3, states: 4, discount: 0.5 })
  expect(code).toBe(0)
})

test('topology without a name lists all, and its help says what they are', async () => {
  const { code, stdout } = await said('topology', '--peers', '4')
  expect(stdout).toMatch(/^4 peers, /)
  expect(stdout).toMatch(/^torus .* 1\.13 kB$/m)
  expect(code).toBe(0)
  const help = await said('topology', '--help')
  expect(help.stdout).toMatch(/^Topologies:\n {2}ring +a cycle: /m)
  expect(help.stdout).toMatch(/\[path=…,directed=false,weights=own\]/)
  expect(help.code).toBe(0)
})

test('topology averages with --simulate, for 100 rounds unless it says how many', async () => {
  const rounds = async (...args: string[]): Promise<number> => {
    const { stdout } = await said('topology', 'ring', '--peers', '4', '--json', ...args)
    return JSON.parse(stdout).simulation.rounds
  }
  expect(await rounds('--simulate')).toBe(100)
  expect(await rounds('--simulate', '7', '--aggregation', 'gossip:steps=2')).toBe(7)
})

test('topology takes peers, weights and seed', async () => {
  const { code, stdout } = await said(
    'topology',
    'random-regular:degree=3',
    '--peers',
    '8',
    '--weights',
    'lazy',
    '--seed',
    '2',
    '--json',
    '--matrix'
  )
  expect(JSON.parse(stdout)).toMatchObject({
    topology: 'random-regular',
    peers: 8,
    weights: 'lazy',
    degree: { min: 3, max: 3 }
  })
  expect(code).toBe(0)
})
