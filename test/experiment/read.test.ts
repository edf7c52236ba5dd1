import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve as absolute, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { readExperiment, type Sources } from '../../src/experiment/read.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const read = (sources: Sources) => readExperiment(sources).experiment
const complaint = (sources: Sources): string => {
  try {
    read(sources)
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentError)
    return (error as Error).message
  }
  return 'no complaint'
}

/** Writes `text` to `exp.yaml` in a new folder and returns its path. */
function yaml(text: string, name = 'exp.yaml'): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

describe('an experiment file', () => {
  test('is YAML with the keys of an experiment', () => {
    const file = yaml(
      'peers: 8\ntopology: random-regular:degree=3\nenvironment: { name: garnet, states: 12 }\nseed: 5\n'
    )
    expect(read({ experiment: file })).toEqual(
      resolve({ peers: 8, topology: 'random-regular:degree=3', environment: 'garnet:states=12', seed: '5' })
        .experiment
    )
  })

  test('or JSON, tabs and all', () => {
    const raw = { peers: 8, topology: { name: 'random-regular', degree: 3 }, until: 'valueError<1' }
    const file = yaml(JSON.stringify(raw, null, '\t'), 'exp.json')
    expect(read({ experiment: file })).toEqual(resolve(raw).experiment)
  })

  test.each(['', '# nothing but a comment\n', 'null\n', '{}\n', '\uFEFFpeers: 16\r\n'])(
    '%j is the default',
    text => {
      expect(read({ experiment: yaml(text) })).toEqual(resolve({}).experiment)
    }
  )

  test.each([
    ['seed: 007', '007'],
    ['seed: 1e3', '1e3'],
    ['seed: 123456789012345678901234567890', '123456789012345678901234567890'],
    ['seed: tuesday', 'tuesday'],
    ["seed: ''", '']
  ])('%s is text as it is written', (text, seed) => {
    expect(read({ experiment: yaml(text) }).seed).toBe(seed)
  })

  test('gives paths from its own folder, flags from the current one; both become absolute', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'graphs'))
    writeFileSync(join(folder, 'graphs', 'square.txt'), '0 1\n1 2\n2 3\n3 0\n')
    writeFileSync(join(folder, 'exp.yaml'), 'topology: file:graphs/square.txt\n')
    const experiment = join(folder, 'exp.yaml')
    const expected = {
      name: 'file',
      path: absolute(folder, 'graphs/square.txt'),
      directed: false,
      weights: 'own'
    }
    expect(read({ experiment }).topology).toEqual(expected)
    expect(read({ experiment }).peers).toBe(4)
    const here = relative('.', expected.path)
    expect(read({ flags: { topology: `file:${here}` } }).topology).toEqual(expected)
    expect(read({ experiment, sets: [`topology.path=${here}`] }).topology).toEqual(expected)
  })
})

describe('faults', () => {
  const inline = {
    events: [{ after: 3, stop: [1], how: 'killed' }],
    duplicates: 0.5,
    reordering: 0,
    links: []
  }

  test('are written in the experiment, or in a file of their own; the record has them inline', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'faults'))
    writeFileSync(
      join(folder, 'faults', 'storm.yaml'),
      'loss: both:0.25\nduplicates: 0.5\nevents:\n  - { after: 3, stop: 1, how: killed }\n'
    )
    writeFileSync(join(folder, 'exp.yaml'), 'faults: faults/storm.yaml\n')
    const experiment = join(folder, 'exp.yaml')
    const expected = { faults: inline, loss: { name: 'both', probability: 0.25 } }
    expect(read({ experiment })).toMatchObject(expected)
    const here = relative('.', join(folder, 'faults', 'storm.yaml'))
    expect(read({ flags: { faults: here } })).toMatchObject(expected)
    expect(read({ experiment, sets: [`faults=${here}`] })).toMatchObject(expected)
    expect(read({ experiment, sets: ['faults=null'] })).toMatchObject({
      faults: null,
      loss: { probability: 0 }
    })
    const whole =
      'faults:\n  loss: both:0.25\n  duplicates: 0.5\n  events:\n  - { after: 3, stop: 1, how: killed }\n'
    expect(read({ experiment: yaml(whole) })).toEqual(read({ experiment }))
  })

  test('--loss and --delay-ms take a number or a name, and come before what the file says', () => {
    const experiment = yaml('faults: { loss: 0.25, delayMs: 3 }\nloss: 0.5\n')
    expect(read({ experiment })).toMatchObject({
      loss: { name: 'one-way', probability: 0.5 },
      delayMs: { name: 'constant', ms: 3 }
    })
    expect(read({ experiment, flags: { loss: 'both:0.125', delayMs: '7' } })).toMatchObject({
      loss: { name: 'both', probability: 0.125 },
      delayMs: { name: 'constant', ms: 7 }
    })
    expect(read({ flags: { delayMs: 'uniform:low=10,high=50' } }).delayMs).toEqual({
      name: 'uniform',
      low: 10,
      high: 50
    })
    expect(read({ experiment, sets: ['loss.probability=0.75', 'delayMs=exponential:mean=2'] })).toMatchObject(
      {
        loss: { name: 'one-way', probability: 0.75 },
        delayMs: { name: 'exponential', mean: 2 }
      }
    )
  })

  test('have their mistakes told where they are in their file', () => {
    const file = yaml('events:\n  - { after: 1, stop: 1 }\n  - { after: 2, stop: 99 }\n', 'storm.yaml')
    const told = `${file}:3:23 events.1.stop: there is no peer 99; allowed: 0 to 15`
    expect(complaint({ flags: { faults: file } })).toBe(told)
    expect(complaint({ experiment: yaml(`faults: ${file}\n`) })).toBe(told)
    expect(complaint({ flags: { faults: file }, sets: ['faults={ evnts: [] }'] })).toContain(
      '--set faults evnts: unknown key; did you mean "events"?'
    )
  })

  test.each([
    [{ flags: { faults: 'nowhere.yaml' } }, '--faults: there is no file "nowhere.yaml"'],
    [
      { flags: { faults: '7' } },
      '--faults: must be a map of keys and values, or the path of a file of them, not 7'
    ],
    [{ flags: { loss: '2' } }, '--loss probability: must be below 1, not 2'],
    [{ flags: { loss: 'much' } }, '--loss: "much" is unknown. Allowed: one-way, both'],
    [{ flags: { delayMs: '-1' } }, '--delay-ms ms: must be at least 0, not -1'],
    [{ sets: ['faults.loss=0.5'] }, '--set faults.loss: faults has no parts']
  ])('%j: %s', (sources, message) => {
    expect(complaint(sources)).toBe(message)
  })
})

describe('mistakes in a file are told with line and column', () => {
  const cases: readonly [string, string][] = [
    [
      'peers: 8\nrounds: 10\nseed: a\ntopology: rng\n',
      ':4:11 topology: "rng" is unknown; did you mean "ring"? Allowed: ring,'
    ],
    [
      'peers: 8\ntopolgy: ring\n',
      ':2:1 topolgy: unknown key; did you mean "topology"? Allowed: name, use, peers, topology,'
    ],
    ['# c\n\npeers:   many\n', ':3:10 peers: must be a number, not "many"'],
    ['peers: 1.5\n', ':1:8 peers: must be a whole number, not 1.5'],
    ['peers:\n', ':1:1 peers: must be a number, not null'],
    ['stepSize: -.inf\n', ':1:11 stepSize: must be a number, not -Infinity'],
    ['faults: { events: 7 }\n', ':1:19 faults.events: must be a list, not 7'],
    [
      'environment: { name: garnet, sates: 3 }\n',
      ':1:30 environment.sates: unknown key; did you mean "states"?'
    ],
    ['environment:\n  name: garnet\n  discount: 2\n', ':3:13 environment.discount: must be below 1, not 2'],
    ['environment: garnet:discount=2\n', ':1:14 environment.discount: must be below 1, not 2'],
    ['environment: garnet:sates=2\n', ':1:14 environment.sates: unknown key; did you mean "states"?'],
    ['environment: { name: file }\n', ':1:1 environment.path: must be given'],
    [
      'environment: { states: 3 }\n',
      ':1:1 environment: must be a name, as "garnet", or { name: …, option: value }'
    ],
    [
      'learner: { name: softmax }\ninitial: solution\n',
      ':2:10 initial: solution needs the exact solution θ*'
    ],
    ['aggregation: star\ntopology: { name: ring }\n', ':2:1 topology: the hub of star replaces the graph'],
    [
      'faults:\n  events:\n    - { after: 3, stop: 1 }\n    - after: 4\n      stop: [2, 3]\n      hw: killed\n',
      ':6:7 faults.events.1.hw: unknown key; did you mean "how"? Allowed: stop, how'
    ],
    ['faults:\n  events:\n    - { stop: 1 }\n', ':3:7 faults.events.0.after: must be given'],
    ['faults: { events: [7] }\n', ':1:20 faults.events.0: must be a map of keys and values, not 7'],
    [
      'faults: { partition: [] }\n',
      ':1:11 faults.partition: unknown key. Allowed: loss, delayMs, duplicates,'
    ],
    ['faults: nowhere.yaml\n', ':1:9 faults: there is no file "'],
    ['loss: { name: both, probability: 2 }\n', ':1:34 loss.probability: must be below 1, not 2'],
    ['until: valueError\n', ':1:8 until: must be metric<number'],
    ['peers: 8\npeers: 9\n', ':2:1: Map keys must be unique'],
    ['peers: [8\n', ':2:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['topology: ring\n\tpeers: 3\n', ':2:1: '],
    ['- ring\n- torus\n', ':1:1: must be keys and values, as "peers: 16"'],
    ['ring\n', ':1:1: must be keys and values, as "peers: 16"'],
    ['peers: 8\n---\npeers: 9\n', ':2:1: Source contains multiple documents'],
    ['peers: !many 8\n', ':1:8: Unresolved tag: !many'],
    ['peers: *many\n', ': Unresolved alias']
  ]
  test.each(cases)('%j: %s', (text, message) => {
    const file = yaml(text)
    const told = complaint({ experiment: file })
    expect(told.startsWith(file)).toBe(true)
    expect(told.slice(file.length)).toContain(message)
    expect(told).not.toContain('\n')
  })
})

describe('flags override the file, --set overrides both', () => {
  test('key by key', () => {
    const experiment = yaml('peers: 8\nrounds: 50\ntopology: random-regular:degree=3\n')
    const flags = { peers: '10', seed: '007' }
    const sets = ['rounds=60', 'topology.degree=4', 'environment.states=12', 'initial=offset:0.5']
    expect(read({ experiment, flags, sets })).toEqual(
      resolve({
        peers: 10,
        rounds: 60,
        topology: 'random-regular:degree=4',
        environment: 'garnet:states=12',
        seed: '007',
        initial: 'offset:0.5'
      }).experiment
    )
  })

  test('a later --set overrides an earlier one', () => {
    const sets = ['topology=random-regular', 'topology.degree=3', 'topology.degree=6', 'seed=1', 'seed=02']
    const { topology, seed } = read({ sets })
    expect(topology).toEqual({ name: 'random-regular', degree: 6 })
    expect(seed).toBe('02')
    expect(read({ sets: [...sets, 'topology=grid'] }).topology).toEqual({ name: 'grid' })
  })

  test('a value of --set is YAML', () => {
    const sets = ['environment={ name: garnet, states: 9 }', 'port=null', "name='a b'"]
    const { environment, port, name } = read({ sets })
    expect(environment.states).toBe(9)
    expect(port).toBe(null)
    expect(name).toBe("'a b'")
  })

  const good = 'peers: 8\ntopology: random-regular:degree=3\n'
  const cases: readonly [Partial<Sources>, string][] = [
    [{ flags: { peers: 'x' } }, '--peers: must be a number, not "x"'],
    [{ flags: { localSteps: '0' } }, '--local-steps: must be at least 1, not 0'],
    [{ flags: { topology: 'rng' } }, '--topology: "rng" is unknown; did you mean "ring"?'],
    [
      { flags: { topology: 'random-regular:degre=3' } },
      '--topology degre: unknown key; did you mean "degree"?'
    ],
    [{ flags: { aggregation: 'star' } }, 'exp.yaml:2:11 topology: the hub of star replaces the graph'],
    [
      { sets: ['aggregation=star'] },
      'exp.yaml:2:11 topology: the hub of star replaces the graph: add --topology star, as this is "random-regular"'
    ],
    [
      { flags: { aggregation: 'star', topology: 'path' } },
      '--topology: the hub of star replaces the graph: leave it out, or use star or complete, not "path"'
    ],
    [{ sets: ['topology.degree=x'] }, '--set topology.degree: must be a number, not "x"'],
    [{ sets: ['topology.degre=4'] }, '--set topology.degre: unknown key; did you mean "degree"?'],
    [{ sets: ['topology=rng'] }, '--set topology: "rng" is unknown'],
    [
      { sets: ['topology.degree=x', 'topology=random-regular:degree=y'] },
      '--set topology degree: must be a number, not "y"'
    ],
    [{ sets: ['tpology.degree=4'] }, '--set tpology.degree: unknown key; did you mean "topology"?'],
    [{ sets: ['__proto__.x=4'] }, '--set __proto__.x: unknown key'],
    [{ sets: ['peers.x=4'] }, '--set peers.x: peers has no parts'],
    [{ sets: ['topology.degree.x=4'] }, '--set topology.degree.x: topology.degree has no parts'],
    [{ sets: ['peers'] }, '--set peers: must be path=value, as topology.degree=4'],
    [{ sets: ['peers=[1'] }, '--set peers: Flow sequence must end with a ]'],
    [{ sets: ['topology='] }, '--set topology: must be a name, as "ring"']
  ]
  test.each(cases)('%j: %s', (sources, message) => {
    const told = complaint({ experiment: yaml(good), ...sources })
    expect(told).toContain(message)
    expect(told).not.toContain('\n')
  })
})

describe('which experiment', () => {
  test('a file comes before a shipped experiment', () => {
    expect(read({ experiment: 'opposite' }).aggregation).toBe('gossip-scafflsa')
  })

  test('a name that is neither is refused, with the nearest', () => {
    expect(complaint({ experiment: 'oposite' })).toBe(
      'there is neither a file "oposite" nor a shipped experiment of that name; did you mean "opposite"? Shipped: default, opposite, faults, cartpole'
    )
    expect(complaint({ experiment: temporaryFolder() })).toMatch(
      /^there is neither a file ".*" nor a shipped experiment/
    )
  })
})
