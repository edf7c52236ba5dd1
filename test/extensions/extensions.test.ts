/** How modules of users are taken in, and what is refused. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { traitsOf } from '../../src/aggregation/names.ts'
import { extend, loadExtensions } from '../../src/experiment/extensions.ts'
import { readExperiment } from '../../src/experiment/read.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { settingOf } from '../../src/setting.ts'
import { topologies } from '../../topologies/index.ts'
import { complaint } from '../support/complaint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Writes a module and returns its path. */
function module(text: string, name = 'mine.ts', folder = temporaryFolder()): string {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  return file
}

const refusal = (file: string): string => complaint(() => loadExtensions([file])).replaceAll(file, 'FILE')

/** A topology that is a ring under another name. */
const ringCalled = (name: string): string => `
import { circulantGraph, fixed, type TopologyFamily, z } from '@murmuration/swarm'
const ring: TopologyFamily<object> = {
  description: 'a ring',
  picture: '○─○ ↺',
  options: z.strictObject({}),
  build: peers => fixed('${name}', circulantGraph(peers, [1, -1]))
}
export const topologies = { '${name}': ring }
`

describe('a module', () => {
  test('adds names wherever names are written, from a folder that knows no package', () => {
    const file = module(ringCalled('my-ring'))
    expect(complaint(() => resolve({ topology: 'my-ring' }))).toContain('"my-ring" is unknown')
    const { experiment } = resolve({ use: [file], topology: 'my-ring', peers: 5 })
    expect(experiment).toMatchObject({ use: [file], topology: { name: 'my-ring' } })
    expect(settingOf(experiment).graph.neighbours[0]).toEqual([1, 4])
    expect(complaint(() => resolve({ topology: 'my-rng' }))).toContain('did you mean "my-ring"?')
  })

  test('is one file, or a list of them, from the folder of the experiment, and from the current one as a flag', () => {
    const folder = temporaryFolder()
    const one = module(ringCalled('one'), 'one.ts', folder)
    const two = module(ringCalled('two'), 'parts/two.ts', folder)
    const other = module(ringCalled('three'), 'three.ts')
    const single = module('use: one.ts\ntopology: one\n', 'single.yaml', folder)
    const list = module('use: [./one.ts, parts/two.ts]\ntopology: two\n', 'list.yaml', folder)
    expect(readExperiment({ experiment: single }).experiment.use).toEqual([one])
    const { experiment } = readExperiment({ experiment: list, use: [other], flags: { topology: 'three' } })
    expect(experiment).toMatchObject({ use: [one, two, other], topology: { name: 'three' } })
  })

  test('is loaded once', () => {
    const count = 'murmurationLoads'
    const file = module(`globalThis.${count} = (globalThis.${count} ?? 0) + 1\n${ringCalled('once')}`)
    for (let k = 0; k < 3; k++) resolve({ use: [file, file], topology: 'once' })
    expect(Reflect.get(globalThis, count)).toBe(1)
  })

  test('is taken as a whole, or not at all', () => {
    const file = module(`${ringCalled('half')}\nexport const aggregations = { broken: {} }`)
    expect(refusal(file)).toBe('use.0: FILE: aggregations.broken must have a description, as text')
    expect(topologies).not.toHaveProperty('half')
  })

  test('may be JavaScript, and import what lies beside it', () => {
    const folder = temporaryFolder()
    module("export const picture = '○'\n", 'picture.ts', folder)
    const text = `import { picture } from './picture.ts'\n${ringCalled('scripted')
      .replace(', type TopologyFamily', '')
      .replace(': TopologyFamily<object>', '')
      .replace("'○─○ ↺'", 'picture')}`
    const file = module(text, 'mine.mjs', folder)
    expect(resolve({ use: file, topology: 'scripted' }).experiment.use).toEqual([file])
    expect(topologies.scripted?.picture).toBe('○')
  })
})

test('a module is one in whatever package it lies, with what it imports from beside', () => {
  const folder = temporaryFolder()
  module('{ "type": "commonjs" }', 'package.json', folder)
  module("export const picture: string = '○'\n", 'picture.ts', folder)
  const text = ringCalled('packaged').replace("'○─○ ↺'", 'picture')
  const file = module(`import { picture } from './picture.ts'\n${text}`, 'mine.ts', folder)
  expect(resolve({ use: file, topology: 'packaged' }).experiment.use).toEqual([file])
})

describe('where a module is at fault, one line says how', () => {
  test.each([
    ['', 'FILE exports nothing to add; it may export environments, learners, topologies, aggregations'],
    ['export default {}', 'FILE exports nothing to add'],
    ["export const topologies = 'ring'", 'topologies must be a map from names to families'],
    ["throw new Error('no such luck')", 'FILE cannot be loaded: no such luck'],
    ['export const topologies = {', 'FILE cannot be loaded: line 1: '],
    [
      '\nenum Side { left }',
      'line 2: TypeScript enum is not supported in strip-only mode. Types are stripped'
    ],
    ['await 1', 'FILE cannot be loaded: it awaits something outside of functions'],
    ["import './gone.ts'", 'FILE cannot be loaded: Cannot find module'],
    [
      "import { Topology } from '@murmuration/swarm'",
      "named 'Topology'; what is a type is imported as { type Name }"
    ]
  ])('%j: %s', (text, expected) => {
    const said = refusal(module(text))
    expect(said).toContain(expected)
    expect(said).toMatch(/^use\.0: FILE/)
    expect(said).not.toContain('\n')
  })

  test('a file that is not there, or is a folder', () => {
    const folder = temporaryFolder()
    expect(refusal(join(folder, 'gone.ts'))).toBe('use.0: there is no file "FILE"')
    expect(refusal(folder)).toBe('use.0: there is no file "FILE"')
  })

  test('TypeScript under node_modules', () => {
    expect(refusal(module(ringCalled('packed'), 'node_modules/packed/index.ts'))).toContain(
      'TypeScript under node_modules is not read'
    )
  })

  test('and where it is named: line and column, or the flag', () => {
    const file = module('peers: 4\nuse:\n  - gone.ts\n', 'exp.yaml')
    expect(complaint(() => readExperiment({ experiment: file }))).toContain(
      `${file}:3:5 use.0: there is no file`
    )
    expect(complaint(() => readExperiment({ use: ['gone.ts'] }))).toContain('--use: there is no file')
    expect(complaint(() => readExperiment({ sets: ['use=gone.ts'] }))).toBe(
      '--set use: files are added with --use FILE'
    )
    expect(complaint(() => resolve({ use: [3] }))).toContain('use')
  })
})

const options = z.strictObject({ size: z.int().default(1) })
const build = () => {}
const whole = {
  environments: { description: 'a', picture: '○', options, build },
  learners: { description: 'a', learns: 'values', options, readOut: build, build },
  topologies: { description: 'a', picture: '○', options, build },
  aggregations: { description: 'a', options, build }
}

describe('a family', () => {
  const refused = (kind: string, name: string, family: unknown): string =>
    complaint(() => extend({ [kind]: { [name]: family } }, 'mine.ts'))

  test.each(Object.entries(whole))('of %s needs all that others of its kind have', (kind, family) => {
    for (const key of Object.keys(family)) {
      const { [key]: _, ...rest } = family as Record<string, unknown>
      const said = refused(kind, 'part', rest)
      expect(said).toMatch(new RegExp(`^mine\\.ts: ${kind}\\.part must have (a |a function |options|learns)`))
      expect(said).toContain(key)
    }
    expect(refused(kind, 'part', null)).toContain('must be a family')
    expect(refused(kind, 'whole', family)).toBe('no complaint')
  })

  test('refuses options that it does not know, of the zod that is used here', () => {
    const made = 'must have options, z.strictObject({ … }) with the z of @murmuration/swarm'
    for (const other of [z.object({}), z.looseObject({}), z.string(), {}, undefined, { safeParse: build }])
      expect(refused('aggregations', 'part', { ...whole.aggregations, options: other })).toContain(made)
    const refined = options.refine(({ size }) => size > 0)
    expect(refused('aggregations', 'refined', { ...whole.aggregations, options: refined })).toBe(
      'no complaint'
    )
  })

  test('has the option that its positional names', () => {
    expect(refused('aggregations', 'part', { ...whole.aggregations, positional: 'path' })).toContain('"path"')
    expect(refused('aggregations', 'placed', { ...whole.aggregations, positional: 'size' })).toBe(
      'no complaint'
    )
  })

  test.each(['My-thing', 'my_thing', 'my thing', 'a:b', '-a', 'a-', 'a--b', '1st', ''])(
    'is not called %j',
    name => {
      expect(refused('topologies', name, whole.topologies)).toContain('is no name')
    }
  )

  test('replaces none of ours and none of another file, only those of its own file', () => {
    expect(refused('topologies', 'ring', whole.topologies)).toContain(
      'is taken: Murmuration has one of its own'
    )
    const take = (file: string) => complaint(() => extend({ learners: { taken: whole.learners } }, file))
    expect(take('a.ts')).toBe('no complaint')
    expect(take('b.ts')).toBe('b.ts: learners.taken is taken: a.ts has one, too; call it something else')
    expect(take('a.ts')).toBe('no complaint')
  })

  test('of aggregations has the traits of gossip, but for those that it names', () => {
    extend(
      {
        aggregations: {
          plain: whole.aggregations,
          hubbed: { ...whole.aggregations, traits: { over: 'hub' } }
        }
      },
      'mine.ts'
    )
    expect(traitsOf('plain')).toEqual(traitsOf('gossip'))
    expect(traitsOf('hubbed:size=2')).toEqual({ ...traitsOf('gossip'), over: 'hub' })
  })
})
