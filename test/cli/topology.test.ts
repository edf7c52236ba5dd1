import { afterEach, describe, expect, test, vi } from 'vitest'
import { type TopologyCommandOptions, topologyCommand } from '../../src/cli/topology.ts'
import { ExperimentError } from '../../src/core/errors.ts'

afterEach(() => vi.restoreAllMocks())

function output(name: string, options: TopologyCommandOptions = {}): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  write.mockClear()
  topologyCommand(name, options)
  return write.mock.calls.map(([text]) => String(text)).join('')
}

test('ring is 16 peers with a drawing, its spectrum and its cost beside a server', () => {
  const text = output('ring')
  for (const line of [
    /^ring, 16 peers: /m,
    /^edges +16$/m,
    /^diameter +8$/m,
    /^λ₂ +0\.949253$/m,
    /^λ_min +-0\.333333$/m,
    /^spectral gap +0\.050747 \(closed form\)$/m,
    /^effective neighbours +6\.60 at γ = 0\.9, 13\.12 at 0\.99, of 16$/m,
    /^rounds .* +266 +1$/m,
    /^bytes per round, all peers +9\.06 kB +9\.06 kB$/m
  ]) {
    expect(text).toMatch(line)
  }
})

test('--json is one object, with the message of the default experiment', () => {
  const report: unknown = JSON.parse(output('torus', { peers: 8, weights: 'lazy', json: true }))
  expect(report).toMatchObject({
    topology: 'torus',
    peers: 8,
    weights: 'lazy',
    spectralGap: 0.25,
    bytesPerRound: { gossipTotal: 24 * 283, starTotal: 16 * 283 }
  })
  expect(report).not.toHaveProperty('matrix')
})

test('--matrix adds all of W', () => {
  expect(JSON.parse(output('complete', { peers: 4, json: true, matrix: true }))).toHaveProperty(
    'matrix',
    [0, 1, 2, 3].map(() => [0.25, 0.25, 0.25, 0.25])
  )
  expect(output('path', { peers: 2, matrix: true })).toMatch(/W\n0\.5000 0\.5000\n0\.5000 0\.5000\n$/)
})

test('options of the topology follow its name, and the seed draws the graph', () => {
  const of = (seed: string): unknown =>
    JSON.parse(output('random-regular:degree=3', { peers: 10, json: true, seed }))
  expect(of('1')).toMatchObject({ degree: { min: 3, max: 3 } })
  expect(of('1')).toEqual(of('1'))
  expect(output('random-regular:degree=3', { seed: '1' })).not.toBe(
    output('random-regular:degree=3', { seed: '2' })
  )
})

test('a file decides the number of peers', () => {
  expect(output('file:test/fixtures/random-4-regular.txt')).toMatch(/16 peers: an edge list/)
})

describe('what is not known is said, with the reason', () => {
  test('the diameter and the effective neighbours of many peers', () => {
    const text = output('random-regular', { peers: 2500 })
    expect(text).toMatch(/^diameter +≥ \d+ \(a bound/m)
    expect(text).toMatch(/^effective neighbours +not known/m)
    expect(text).toMatch(/\(lanczos\)$/m)
  })

  test('the eigenvalues of a directed graph', () => {
    expect(output('exponential:directed=true')).toMatch(/^λ₂ +directed: the eigenvalues are complex$/m)
  })
})

test.each([
  ['tours', {}, 'topology: "tours" is unknown; did you mean "torus"?'],
  [
    'ring',
    { peers: 5000, matrix: true },
    '--matrix: 5,000 peers have 25,000,000 weights; at most 2000 peers'
  ],
  ['hypercube', { peers: 12 }, 'the nearest are 8 and 16']
])('%s %o is refused', (name, options, message) => {
  expect(() => output(name, options)).toThrow(ExperimentError)
  expect(() => output(name, options)).toThrow(message)
})
