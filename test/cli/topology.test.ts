import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Prediction, predictedAt } from '../../src/averaging-prediction.ts'
import { topologyCommand } from '../../src/cli/topology.ts'
import type { TopologyCommandOptions } from '../../src/cli/topology-request.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { topologies } from '../../topologies/index.ts'

afterEach(() => vi.restoreAllMocks())

async function output(name: string | undefined, options: TopologyCommandOptions = {}): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  write.mockClear()
  await topologyCommand(name, options)
  return write.mock.calls.map(([text]) => String(text)).join('')
}

const json = async (name: string | undefined, options: TopologyCommandOptions = {}): Promise<unknown> =>
  JSON.parse(await output(name, { ...options, json: true }))

const longest = (text: string): number => Math.max(...text.split('\n').map(line => [...line].length))

describe('with a name', () => {
  test('ring is 16 peers with a drawing, its spectrum and its cost beside a server', async () => {
    const text = await output('ring')
    for (const line of [
      /^ring, 16 peers: /m,
      /^edges +16$/m,
      /^diameter +8$/m,
      /^λ₂ +0\.949253$/m,
      /^λ_min +-0\.333333$/m,
      /^spectral gap +0\.050747 \(closed form\)$/m,
      /^effective neighbours +6\.60 at γ = 0\.9, 13\.12 at 0\.99, of 16$/m,
      /^worst link +none: all 16 are alike$/m,
      /^all 16 eigenvalues of W; the higher, the more of them$/m,
      /^rounds from x_i = i .* +261 +1$/m,
      /^rounds that surely suffice.* +266 +1$/m,
      /^bytes a round, all peers +9\.06 kB +9\.06 kB$/m
    ]) {
      expect(text).toMatch(line)
    }
  })

  test('a path of 2 in full', async () => {
    expect((await output('path', { peers: 2, matrix: true })).split('\n').slice(2)).toEqual([
      expect.stringMatching(/^0[⠒⠤]+1$/),
      '',
      'edges                 1',
      'degree                1',
      'diameter              1',
      'weights               metropolis',
      'λ₂                    0.000000',
      'λ_min                 0.000000',
      '‖W − 11ᵀ/N‖₂          0.000000',
      'spectral gap          1.000000 (closed form)',
      'effective neighbours  2.00 at γ = 0.9, 2.00 at 0.99, of 2',
      'worst link            the only one',
      '',
      'all 2 eigenvalues of W; the higher, the more of them',
      ...['', '', ''].map(() => expect.stringMatching(/^ +[⡇⢸] +[⡇⢸]$/)),
      `├${'─'.repeat(31)}┼${'─'.repeat(30)}┤`,
      `−1${' '.repeat(30)}0${' '.repeat(30)}1`,
      '',
      '                                            gossip  star server',
      'rounds from x_i = i to 1e-6, counted             1            1',
      'rounds that surely suffice, from any start       1            1',
      'bytes a round, all peers                     566 B      1.13 kB',
      'bytes a round, in and out, of the busiest    566 B      1.13 kB',
      '(messages of 30 parameters; the server is a hub beside the 2 peers)',
      '',
      'W',
      '0.5000 0.5000',
      '0.5000 0.5000',
      ''
    ])
  })

  test('rounds that take turns are listed with their weights, and what a period leaves', async () => {
    const text = await output('base', { peers: 6 })
    for (const line of [
      /^above: all 4 rounds together$/m,
      /^round 1 {2}0\.5: 0–1 3–4$/m,
      /^round 2 {2}0\.667: 1–2 4–5$/m,
      /^contraction +exact after 4 rounds from the first/m,
      /^rounds from x_i = i .* +4 +1$/m
    ]) {
      expect(text).toMatch(line)
    }
    const left = await output('one-peer-exponential', { peers: 3 })
    expect(left).toMatch(/^one way only: peer 0 hears 1, 2 and is heard by 1, 2$/m)
    expect(left).toMatch(/^round 2 {2}0\.5: 1→0 2→1 0→2$/m)
    expect(left).toMatch(/^‖W_T ⋯ W_1 − 11ᵀ\/N‖₂ +0\.250000 \(product\)/m)
    expect(left).toMatch(/^contraction +0\.500000 a round/m)
  })

  test('of rounds that are drawn the first are listed, and what is left in the mean', async () => {
    const text = await output('random-matching', { peers: 4 })
    expect(text).toMatch(/^above: round 1; every round is drawn anew$/m)
    expect(text).toMatch(/^… and so on, for ever new$/m)
    // √(N − 2)/(2 (N − 1)) = √(1/3).
    expect(text).toMatch(/^contraction +0\.577350 a round, in the root mean square \(closed form\)$/m)
  })

  test('a long round is cut off, with how many links are left', async () => {
    const line = (await output('one-peer-exponential', { peers: 100 }))
      .split('\n')
      .find(each => /^round 1 /.test(each))
    expect(line).toMatch(/^round 1 {2}0\.5: 99→0 0→1 .* … \d+ more$/)
    const shown = line?.match(/→/g)?.length ?? 0
    expect(line).toMatch(new RegExp(` … ${100 - shown} more$`))
  })

  test('options of the topology follow its name, and the seed draws the graph', async () => {
    const of = (seed: string): Promise<unknown> => json('random-regular:degree=3', { peers: 10, seed })
    expect(await of('1')).toMatchObject({ degree: { min: 3, max: 3 } })
    expect(await of('1')).toEqual(await of('1'))
    expect(await output('random-regular:degree=3', { seed: '1' })).not.toBe(
      await output('random-regular:degree=3', { seed: '2' })
    )
  })

  test('a file decides the number of peers', async () => {
    expect(await output('file:test/fixtures/random-4-regular.txt')).toMatch(/16 peers: /)
  })

  test('--json is one object, with the message of the default experiment', async () => {
    const report = await json('torus', { peers: 8, weights: 'lazy' })
    expect(report).toMatchObject({
      topology: 'torus',
      peers: 8,
      weights: 'lazy',
      spectralGap: 0.25,
      bytesPerRound: { gossipTotal: 24 * 283, starTotal: 16 * 283 }
    })
    expect(report).not.toHaveProperty('matrix')
    expect(report).not.toHaveProperty('simulation')
  })

  test('--matrix adds all of W', async () => {
    expect(await json('complete', { peers: 4, matrix: true })).toHaveProperty(
      'matrix',
      [0, 1, 2, 3].map(() => [0.25, 0.25, 0.25, 0.25])
    )
  })

  test('weights with which peers never agree, and such that bias the mean, are said', async () => {
    const never = await output('ring', { weights: 'local-degree' })
    expect(never).toMatch(/^no consensus: the smallest eigenvalue of W is −1/m)
    expect(never).toMatch(/^rounds from x_i = i .* never +1$/m)
    expect(await output('star', { weights: 'uniform' })).toMatch(/^warning: the consensus is biased: peer 0/m)
  })
})

describe('what is not known is said, with the reason', () => {
  test('the diameter and the effective neighbours of many peers', async () => {
    const text = await output('random-regular', { peers: 2500 })
    expect(text).toMatch(/^diameter +≥ \d+ \(a bound/m)
    expect(text).toMatch(/^effective neighbours +not known/m)
    expect(text).toMatch(/\(lanczos\)$/m)
  })

  test('the eigenvalues of a directed graph', async () => {
    expect(await output('exponential:directed=true')).toMatch(/^eigenvalues +directed: they are complex$/m)
  })
})

describe('without a name', () => {
  let rows: Map<string, string>
  let text: string
  beforeAll(async () => {
    text = await output(undefined, { peers: 16 })
    rows = new Map(text.split('\n').map(line => [line.split(' ')[0] ?? '', line]))
  })

  test('every family has a line', () => {
    for (const name of Object.keys(topologies)) expect(rows.has(name), name).toBe(true)
  })

  // Degree, diameter, spectral gap, effective neighbours, rounds, bytes: from closed forms.
  test.each([
    ['ring', /^ring +○─○─○─…─○ ↺ +2 +8 +0\.0507 +13\.1 +261 1\.13 kB$/],
    ['star', /^star +○ ○─●─○ ○ +1–15 +2 +0\.0625 +8\.22 +213 1\.06 kB$/],
    ['complete', /^complete +● all pairs +15 +1 +exact +16 +1 8\.49 kB$/],
    ['hypercube', /^hypercube +\S+ +4 +4 +0\.4 +15\.5 +28 2\.26 kB$/],
    ['one-peer-exponential', /^one-peer-exponential .* 1 +4 +exact +14\.4 +4 +566 B$/],
    ['base', /^base .* 1 +\d +exact +14\.4 +4 +566 B$/],
    // 1 − √(14/30)
    ['random-matching', /^random-matching .* 1 +– +0\.317 +– +\d+ +566 B$/],
    ['file', /^file +yours +needs more: file:PATH$/]
  ])('%s', (name, row) => {
    expect(rows.get(name)).toMatch(row)
  })

  test('a mean that is not kept is said once for all', () => {
    expect(text).toMatch(/^epidemic: the consensus is not the mean/m)
  })

  test('families that cannot have so many peers say which they can', async () => {
    const found = (await output(undefined, { peers: 12 })).replace(/\n +/g, ' ')
    expect(found).toMatch(/^hypercube .*12 peers is not a power of two; the nearest are 8 and 16$/m)
    expect(found).toMatch(/^ring .* 1\.13 kB$/m)
  })

  test('--json is an array of the same facts, or of problems', async () => {
    const found = (await json(undefined, { peers: 12 })) as readonly Record<string, unknown>[]
    expect(found.map(({ topology }) => topology)).toEqual(Object.keys(topologies))
    expect(found.find(({ topology }) => topology === 'ring')).toMatchObject({ peers: 12, diameter: 6 })
    expect(found.find(({ topology }) => topology === 'hypercube')).toEqual({
      topology: 'hypercube',
      peers: 12,
      problem: '12 peers is not a power of two; the nearest are 8 and 16'
    })
  })
})

describe('no line is longer than 80 columns', () => {
  test.each([1, 2, 3, 17, 130])('in the table of %i peers', async peers => {
    expect(longest(await output(undefined, { peers }))).toBeLessThanOrEqual(80)
  })

  test('in the table of push weights', async () => {
    expect(longest(await output(undefined, { weights: 'push' }))).toBeLessThanOrEqual(80)
  })

  test.each(Object.keys(topologies).filter(name => name !== 'file'))('on %s', async name => {
    expect(longest(await output(name, { peers: 16, simulate: 6 }))).toBeLessThanOrEqual(80)
  })
})

describe('--simulate', () => {
  interface Simulated {
    readonly simulation: {
      readonly disagreement: readonly number[]
      readonly measuredRate: number
      readonly exactAfter: number | null
      readonly predicted: Prediction
    }
  }
  const simulated = async (name: string, options: TopologyCommandOptions): Promise<Simulated['simulation']> =>
    ((await json(name, options)) as Simulated).simulation

  test('measures the contraction beside the predicted one', async () => {
    const text = await output('ring', { peers: 8, simulate: 50 })
    expect(text).toMatch(/^gossip from x_i = i: how far peers are apart/m)
    expect(text).toMatch(/^apart after 50 rounds +\S+ +≤ \S+$/m)
    expect(text).toMatch(/^factor a round +0\.804738 +0\.804738$/m)
    expect(text).toMatch(/^the mean moved by +0, but for rounding$/m)
  })

  test('of gossip is the same whether it is named or not, with the weights that the topology prescribes', async () => {
    for (const name of ['de-bruijn', 'base:k=2', 'ring']) {
      const named = await json(name, { simulate: 20, aggregation: 'gossip' })
      expect(named).toEqual(await json(name, { simulate: 20 }))
    }
  })

  test.each([
    ['ring', 'gossip', 9],
    ['path', 'gossip:steps=3', 8],
    ['ring', 'chebyshev:steps=5', 16],
    ['ring', 'momentum:steps=6', 16],
    ['one-peer-exponential', 'gossip', 17]
  ])('over %s what %s leaves is never more than the bound', async (name, aggregation, peers) => {
    const { disagreement, predicted } = await simulated(name, { peers, aggregation, simulate: 20 })
    expect(predicted.kind).toBe('bound')
    disagreement.forEach((value, round) => {
      expect(value).toBeLessThanOrEqual(predictedAt(predicted, round) * (1 + 1e-9) + 1e-14)
    })
  })

  test('the worst start does as badly as the bound: Chebyshev on the only mode of two peers', async () => {
    // λ = ρ = 1/2 with lazy weights: T_3(λ/ρ) ÷ T_3(1/ρ) = T_3(1) ÷ T_3(2).
    const { disagreement, predicted } = await simulated('path', {
      peers: 2,
      weights: 'lazy',
      aggregation: 'chebyshev:steps=3',
      simulate: 2
    })
    expect(predicted.rate).toBeCloseTo(1 / 26, 14)
    expect(disagreement[1]).toBeCloseTo(1 / 26, 12)
  })

  test('what is exact after a period is so in the simulator', async () => {
    const found = await simulated('base', { peers: 12, simulate: 8 })
    expect(found.exactAfter).toBe(5)
    expect(found.predicted.exactAfter).toBe(5)
    expect(await output('base', { peers: 12, simulate: 8 })).toMatch(
      /^factor a round +exact after 5 +exact after 5$/m
    )
  })

  test('an aggregation brings the weights that suit it', async () => {
    expect(await json('path', { aggregation: 'push-sum', simulate: 3 })).toMatchObject({
      weights: 'push',
      simulation: { aggregation: 'push-sum', predicted: { kind: 'long run' } }
    })
  })

  test('random pairs of a complete graph shrink squares by 1 − 1/(N − 1) each', async () => {
    const { predicted, disagreement } = await simulated('complete', {
      peers: 8,
      aggregation: 'pairwise:slots=1',
      simulate: 300
    })
    expect(predicted).toMatchObject({ kind: 'mean square', exactAfter: null })
    expect(predicted.rate).toBeCloseTo(Math.sqrt(6 / 7), 12)
    expect(disagreement.at(-1)).toBeLessThan(1e-4)
  })
})

describe('--export', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'topology-'))
    return () => rmSync(folder, { recursive: true })
  })

  test.each(['graph.json', 'graph.graphml', 'graph.txt'])(
    '%s is the same graph with its weights',
    async name => {
      const file = join(folder, name)
      const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
      await output('random-regular', { peers: 12, weights: 'lazy', export: file })
      expect(said.mock.calls.join('')).toContain(`${file} is written; use it with --topology file:${file}`)
      const [own, other] = (await Promise.all([
        json('random-regular', { peers: 12, weights: 'lazy' }),
        json(`file:${file}`)
      ])) as { edges: unknown; lambda2: number; weights: string }[]
      expect(other!.edges).toEqual(own!.edges)
      expect(other!.weights).toBe('own')
      expect(other!.lambda2).toBeCloseTo(own!.lambda2, 12)
    }
  )

  test('an edge list of a directed graph says how it is read', async () => {
    const file = join(folder, 'directed.txt')
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await output('exponential:directed=true', { export: file })
    expect(said.mock.calls.join('')).toContain(`file:${file},directed=true\n`)
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(66)
  })

  test.each([
    [
      'base',
      ': all 4 rounds together, without weights, which change from round to round; use',
      'metropolis',
      32
    ],
    ['epidemic:oracle=true', ': round 1, for every round is drawn anew; use', 'own', 16]
  ])('what is written of %s, which changes, is said', async (name, words, weights, edges) => {
    const file = join(folder, 'changing.json')
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await output(name, { export: file })
    expect(said.mock.calls.join('')).toContain(`${file} is written${words} it with --topology file:${file}`)
    const report = (await json(`file:${file}`)) as { weights: string; edges: unknown[] }
    expect([report.weights, report.edges.length]).toEqual([weights, edges])
  })

  test('a peer without edges is refused by an edge list', async () => {
    const file = join(folder, 'odd.txt')
    await expect(output('random-matching', { peers: 7, export: file })).rejects.toThrow(
      /^--export: an edge list cannot hold peer \d, which has no edges/
    )
  })

  test('a file that cannot be written is refused', async () => {
    const file = join(folder, 'none', 'graph.json')
    await expect(output('ring', { export: file })).rejects.toThrow(/^--export .* cannot be written/)
  })
})

test.each([
  ['tours', {}, 'topology: "tours" is unknown; did you mean "torus"?'],
  [
    'ring',
    { peers: 5000, matrix: true },
    '--matrix: 5,000 peers have 25,000,000 weights; at most 2000 peers'
  ],
  ['base', { matrix: true }, '--matrix: base has another one every round'],
  ['hypercube', { peers: 12 }, 'the nearest are 8 and 16'],
  ['ring', { export: 'graph.csv' }, '--export graph.csv: the name must end in one of .txt'],
  ['ring', { aggregation: 'choco' }, '--aggregation: needs --simulate'],
  ['ring', { simulate: 5, aggregation: 'chco' }, '--aggregation: "chco" is unknown; did you mean "choco"?'],
  ['ring', { simulate: 5, aggregation: 'relay-sum' }, 'relay-sum needs a tree'],
  [undefined, { simulate: 5 }, '--simulate: needs the name of a topology'],
  [undefined, { matrix: true }, '--matrix: needs the name of a topology']
] as const)('%s %o is refused', async (name, options, message) => {
  await expect(output(name, options)).rejects.toThrow(ExperimentError)
  await expect(output(name, options)).rejects.toThrow(message)
})
