/** Who may import whom, and where clocks and dice are allowed: what determinism and layering rest on. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const files = ['src', 'peers', 'topologies'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.tsx?$/.test(name))
    .map(name => join(folder, name))
)
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** What the file with this text imports, types aside: paths from the root for our own files, names of packages for others. */
function importsOf(file: string, text = textOf(file)): string[] {
  const named = /^\s*(?:import|export)\s+(?!type\b)[^'"]*?from\s+['"]([^'"]+)['"]/
  const bare = /^\s*import\s+['"]([^'"]+)['"]/
  const lazy = /import\(\s*['"]([^'"]+)['"]/
  const found = text.matchAll(new RegExp([named, bare, lazy].map(({ source }) => source).join('|'), 'gm'))
  return [...found].map(([, ...groups]) => {
    const name = groups.find(group => group !== undefined) ?? ''
    return name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name
  })
}

/** Files under `from` that import something matched by `forbidden`, as `file → import`. */
const offences = (from: RegExp, forbidden: RegExp): string[] =>
  files
    .filter(file => from.test(file))
    .flatMap(file =>
      importsOf(file)
        .filter(name => forbidden.test(name))
        .map(name => `${file} → ${name}`)
    )

describe('who imports whom', () => {
  test('imports are found, types aside', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from './b.ts'",
      'import {',
      '  c,',
      '  type D',
      "} from '../c.ts'",
      "import './e.ts'",
      "export { f } from './f.ts'",
      "export type { G } from './g.ts'",
      "const h = await import('./h.ts')",
      "import 'package'"
    ].join('\n')
    expect(importsOf('src/x/y.ts', text)).toEqual([
      'src/x/a.ts',
      'src/c.ts',
      'src/x/e.ts',
      'src/x/f.ts',
      'src/x/h.ts',
      'package'
    ])
    expect(importsOf('src/setting.ts')).toContain('peers/fleet.ts')
    expect(importsOf('src/network/index.ts')).toContain('src/network/libp2p/network.ts')
    expect(importsOf('src/network/index.ts')).not.toContain('src/interfaces.ts')
  })

  test.each([
    ['the interfaces import nothing of ours', /^src\/interfaces\.ts$/, /^(src|peers|topologies)\//],
    ['the core imports the core alone', /^src\/core\//, /^(peers|topologies)\/|^src\/(?!core\/|interfaces)/],
    ['topologies import the core', /^topologies\//, /^peers\/|^src\/(?!core\/|interfaces)/],
    ['peers know neither the graph nor the network', /^peers\//, /^topologies\/|^src\/(?!core\/|interfaces)/],
    [
      'networks and aggregations know no peers',
      /^src\/(network|aggregation)\//,
      /^(peers|topologies)\/|^src\/(swarm|setting|session|cli)/
    ],
    [
      'metrics know exact values, and nothing that acts',
      /^src\/metrics\//,
      /^topologies\/|^peers\/(?!environments\/(exact|episodes))|^src\/(?!metrics\/|core\/|interfaces)/
    ],
    [
      'statistics know numbers alone',
      /^src\/statistics\//,
      /^(peers|topologies)\/|^src\/(?!statistics\/|core\/)/
    ],
    [
      'predictions run nothing',
      /^src\/prediction\//,
      /^src\/(swarm|setting|network|session|records|report|cli)/
    ],
    [
      'policies are played without a swarm',
      /^src\/policy\//,
      /^topologies\/|^src\/(swarm|setting|network|session|cli|report)/
    ],
    [
      'drawings see plain data',
      /^src\/drawing\//,
      /^(peers|topologies)\/|^src\/(?!drawing\/|core\/|interfaces)/
    ],
    [
      'experiments know what there is by name, and run nothing',
      /^src\/experiment\//,
      /^src\/(?!experiment\/|core\/|interfaces|aggregation\/|faults\/(families|rules|schema))/
    ],
    [
      'faults are decided by what is written, and act on nobody',
      /^src\/faults\//,
      /^(peers|topologies)\/|^src\/(?!faults\/|core\/|interfaces|experiment\/(named|problem))/
    ],
    [
      'times follow from plans, and know no swarm',
      /^src\/timing\//,
      /^(peers|topologies)\/|^src\/(?!timing\/|core\/|interfaces|experiment\/(named|problem)|network\/mesh-graph)/
    ],
    ['a session knows nobody who looks on', /^src\/session\//, /^src\/(cli|report|drawing)\//],
    ['what crosses a thread is plain data', /^src\/session\/protocol\.ts$/, /./],
    [
      'who starts a session never touches the swarm',
      /^src\/(cli\/|session\/(start|beside|thread))/,
      /^src\/(swarm|session\/(session|rivals?\.|([a-z]+-)?worker))/
    ],
    [
      'threads stay under the session, and where cells are computed',
      /^(peers|topologies)\/|^src\/(?!session\/|cells\/crew|reproduce\/crew|compare\/crew)/,
      /worker_threads/
    ],
    [
      'records and reports never see the swarm',
      /^src\/(records|report)\//,
      /^src\/(swarm|setting|network|session\/(session|start|worker)|cli)/
    ],
    [
      'comparisons compute, and neither show nor record',
      /^src\/compare\//,
      /^src\/(cli|session|processes|dashboard|records|reproduce)/
    ],
    ['the swarm knows neither command line nor record', /^src\/swarm\.ts$/, /^src\/(cli|records|report)\//],
    ['only the command line knows the command line', /^(peers|topologies)\/|^src\/(?!cli\/)/, /^src\/cli\//],
    [
      'libp2p stays under its network',
      /^(peers|topologies)\/|^src\/(?!network\/libp2p\/)/,
      /libp2p(?!\/(mesh-)?network\.ts$)|protons/
    ],
    [
      'the dashboard sees plain data, and draws',
      /^src\/dashboard\//,
      /^(peers|topologies)\/|^src\/(?!dashboard\/|drawing\/|report\/|core\/|interfaces|aggregation\/names)/
    ],
    ['ink stays where it is shown', /^(peers|topologies)\/|^src\/(?!dashboard\/app\.ts$)/, /^(ink|react)$/],
    ['commander stays in the command line', /^(peers|topologies)\/|^src\/(?!cli\/)/, /^commander$/]
  ])('%s', (_, from, forbidden) => {
    expect(files.some(file => from.test(file))).toBe(true)
    expect(offences(from, forbidden)).toEqual([])
  })
})

test('clocks, dice and timers are used only where bits do not depend on them', () => {
  const allowed =
    /^src\/(network\/libp2p|processes|cli|dashboard\/live\.ts|session\/([a-z]+-)?worker\.ts|compare\/crew-worker\.ts)/
  const hidden = /Math\.random|Date\.now|new Date\(|performance\.now|setTimeout|setInterval/
  expect(files.filter(file => !allowed.test(file) && hidden.test(textOf(file)))).toEqual([])
})

test('powers and transcendental functions stay off the paths whose bits must not depend on the machine', () => {
  const inexact = /[^*]\*\*[^*/]|Math\.(pow|exp|log|log2|log10|sin|cos|tan|tanh|cbrt|hypot)\(/
  const reproducible =
    /^(peers\/|src\/(core|statistics|faults|aggregation|swarm|setting|metrics|timing|network\/simulated)|topologies\/mixing\/(mixing|operators))/
  const code = (file: string): string => textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  expect(files.filter(file => reproducible.test(file) && inexact.test(code(file)))).toEqual([])
})
