/** DTDT: published iterates, a slow implementation, what is conserved, and where peers with environments of their own end. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtdt } from '../../src/aggregation/dtdt.ts'
import { trackingLimit } from '../../src/aggregation/tracking-limit.ts'
import type { Aggregation, MixingMatrix } from '../../src/interfaces.ts'
import { mixingOf } from '../../topologies/mixing/mixing.ts'
import { complexEigenvalues } from '../../topologies/parts/circulants.ts'
import { compressed, filled, lazyRing, rowsOf, settingsOf } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import { descent } from '../support/quadratics.ts'
import { runRounds } from '../support/rounds.ts'
import { run } from '../support/run.ts'
import { built, matrixOf } from '../support/topologies.ts'

interface Oracles {
  readonly quadratics: {
    readonly a: number[]
    readonly b: number[]
    readonly alpha: number
    readonly by_graph: Record<string, { readonly GT: Record<string, number[] | number | null> }>
  }
}
const { quadratics } = JSON.parse(readFileSync('test/fixtures/gossip-oracles.json', 'utf8')) as Oracles
const PEERS = 8

/** W of the static exponential graph as the numbers have it, where i hears i + 1, i + 2 and i + 4. */
const exponential = compressed(
  range(PEERS).map(i => range(PEERS).map(j => ([0, 1, 2, 4].includes((j - i + PEERS) % PEERS) ? 1 / 4 : 0)))
)
const matrixCalled = (graph: string): MixingMatrix =>
  graph === 'static_exp' ? exponential : matrixOf(built(graph, PEERS))

/** θ of every round from 0. */
function path(aggregation: Aggregation, stepSize: number, localSteps: number, rounds: number): number[][] {
  const theta = filled(range(PEERS).map(() => [0]))
  const seen: number[][] = [rowsOf(theta, PEERS).flat()]
  runRounds(aggregation, theta, rounds, {
    local: descent(quadratics, stepSize, localSteps),
    watch: () => seen.push(rowsOf(theta, PEERS).flat())
  })
  return seen
}

describe.each(Object.entries(quadratics.by_graph))('on %s', (graph, { GT }) => {
  test('goes the published way', () => {
    const seen = path(
      dtdt.build(settingsOf(matrixCalled(graph), 1, quadratics.alpha), {}),
      quadratics.alpha,
      1,
      200
    )
    let compared = 0
    for (const round of [1, 2, 5, 10, 50, 200]) {
      const published = GT[round]
      if (!Array.isArray(published)) continue
      const scale = Math.max(1, ...published.map(Math.abs))
      if (scale > 100) {
        // It diverges from what rounding has left, so only how far is the same.
        expect(Math.log10(Math.max(...seen[round]!.map(Math.abs)) / scale)).toBeCloseTo(0, 0)
        continue
      }
      expect(seen[round]!.map(x => x / scale)).toEqual(published.map(x => expect.closeTo(x / scale, 9)))
      compared++
    }
    expect(compared).toBeGreaterThan(3)
  })

  test('ends at the common minimum, 4.2', () => {
    const end = path(dtdt.build(settingsOf(matrixCalled(graph), 1, 0.01), {}), 0.01, 1, 4000).at(-1)!
    for (const x of end) expect(x).toBeCloseTo(4.2, 9)
  })
})

test('with more local steps it ends where the server does that makes as many', () => {
  const settings = { ...settingsOf(matrixCalled('ring'), 1, 0.01), localSteps: 5 }
  const end = path(dtdt.build(settings, {}), 0.01, 5, 3000).at(-1)!
  // Σ_i s_i (x − b_i) = 0 with the share s_i = 1 − (1 − η a_i)⁵ of its distance that peer i goes in a round.
  const shares = quadratics.a.map(a => {
    let left = 1
    for (let h = 0; h < 5; h++) left *= 1 - 0.01 * a
    return 1 - left
  })
  const common = sum(shares.map((share, i) => share * quadratics.b[i]!)) / sum(shares)
  expect(Math.abs(common - 4.2)).toBeGreaterThan(0.01)
  for (const x of end) expect(x).toBeCloseTo(common, 9)
})

test('a W that changes every round, and leaves peers alone in some, leads to the common minimum', () => {
  const { topology } = built('random-matching', PEERS)
  const settings = { ...settingsOf(matrixCalled('ring'), 1, 0.02), mixing: mixingOf(topology, 'own', 3000) }
  for (const x of path(dtdt.build(settings, {}), 0.02, 1, 3000).at(-1)!) expect(x).toBeCloseTo(4.2, 6)
  const odd = built('random-matching', 5).topology
  const theta = filled(range(5).map(() => [0]))
  const alone = { ...settingsOf(matrixOf(built('ring', 5)), 1, 0.02), mixing: mixingOf(odd, 'own', 4000) }
  const five = { a: quadratics.a.slice(0, 5), b: quadratics.b.slice(0, 5) }
  runRounds(dtdt.build(alone, {}), theta, 4000, { local: descent(five, 0.02, 1) })
  const minimum = sum(five.a.map((a, i) => a * five.b[i]!)) / sum(five.a)
  for (const [x] of rowsOf(theta, 5)) expect(x).toBeCloseTo(minimum, 6)
})

test.each([
  ['ring', {}, 'metropolis'],
  ['hypercube', {}, 'metropolis'],
  ['equistatic', { shifts: '1' }, 'own']
] as const)(
  'on the %s %j with %s weights the limit of the steps parts what shrinks from what grows',
  (name, options, rule) => {
    const matrix = matrixOf(built(name, PEERS, options), rule)
    const smallest = { ring: -1 / 3, hypercube: -1 / 2, equistatic: 0 }[name]
    const eigenvalues = complexEigenvalues(matrix)?.slice(1) ?? [{ real: smallest, imaginary: 0 }]
    const limit = trackingLimit(eigenvalues, 'dtdt')
    if (name !== 'equistatic') expect(limit).toBeCloseTo(((1 + smallest) * (1 + smallest)) / 2, 9)
    function apart(a: number, rounds: number): number {
      const theta = filled(range(PEERS).map(i => [(i * i) % 7]))
      const alike = { a: range(PEERS).map(() => 1), b: range(PEERS).map(() => 0) }
      runRounds(dtdt.build(settingsOf(matrix, 1, a), {}), theta, rounds, { local: descent(alike, a, 1) })
      return Math.max(...rowsOf(theta, PEERS).map(([x]) => Math.abs(x!)))
    }
    expect(apart(0.9 * limit, 6000)).toBeLessThan(1e-3)
    expect(apart(1.1 * limit, 6000)).toBeGreaterThan(1e3)
  }
)

const number = fc.double({ min: -10, max: 10, noNaN: true })
const rows = (n: number) =>
  fc.array(fc.array(number, { minLength: 2, maxLength: 2 }), { minLength: n, maxLength: n })

test('is the textbook recursion, and what is tracked sums to the gradients', () => {
  const n = 6
  const eta = 0.25
  fc.assert(
    fc.property(rows(n), fc.array(rows(n), { minLength: 4, maxLength: 4 }), (start, gradients) => {
      const w = lazyRing(n)
      const mixed = (x: readonly (readonly number[])[]): number[][] =>
        w.map(row => [0, 1].map(c => sum(row.map((weight, j) => weight * x[j]![c]!))))
      let x = start
      let y = gradients[0]!
      const expected: number[][][] = []
      gradients.forEach((g, r) => {
        if (r > 0) y = mixed(y).map((row, i) => row.map((v, c) => v + g[i]![c]! - gradients[r - 1]![i]![c]!))
        for (const c of [0, 1]) {
          expect(sum(y.map(row => row[c]!))).toBeCloseTo(sum(g.map(row => row[c]!)), 9)
        }
        x = mixed(x).map((row, i) => row.map((v, c) => v - eta * y[i]![c]!))
        expected.push(x)
      })
      const theta = filled(start)
      let r = 0
      runRounds(dtdt.build(settingsOf(compressed(w), 2, eta), {}), theta, gradients.length, {
        local({ values, stride }) {
          for (const i of range(n))
            for (const c of [0, 1])
              values[i * stride + c] = values[i * stride + c]! - eta * gradients[r]![i]![c]!
        },
        watch(round) {
          expect(rowsOf(theta, n)).toEqual(expected[r]!.map(row => row.map(v => expect.closeTo(v, 9))))
          r = round
        }
      })
    }),
    { numRuns: 40 }
  )
})

test('what is carried on sums to zero where edges lose both messages, and not where they lose one', () => {
  const left = (lose: (round: number, k: number) => boolean): number => {
    const aggregation = dtdt.build(settingsOf(matrixCalled('ring'), 1, 0.05), {})
    runRounds(aggregation, filled(range(PEERS).map(i => [i])), 20, {
      local: descent(quadratics, 0.05, 1),
      lose: (round, _hop, k) => lose(round, k)
    })
    return Math.abs(sum([...(aggregation.state.carried as Float64Array)]))
  }
  const { rowStart, senders } = matrixCalled('ring').links
  const edge = (i: number, j: number): number => senders.indexOf(j, rowStart[i])
  expect(left((round, k) => round % 3 === 1 && (k === edge(2, 3) || k === edge(3, 2)))).toBeLessThan(1e-12)
  expect(left((round, k) => round % 3 === 1 && k === edge(2, 3))).toBeGreaterThan(0.1)
})

test('who is stopped stays where it is', () => {
  const theta = filled(range(PEERS).map(i => [i]))
  const { rowStart, senders } = matrixCalled('ring').links
  const aggregation = dtdt.build(settingsOf(matrixCalled('ring'), 1, 0.05), {})
  const learn = descent(quadratics, 0.05, 1)
  let after = 0
  runRounds(aggregation, theta, 20, {
    local(rowsOfTheta) {
      const kept = rowsOfTheta.values[4 * rowsOfTheta.stride]!
      learn(rowsOfTheta, undefined)
      if (after >= 10) rowsOfTheta.values[4 * rowsOfTheta.stride] = kept
    },
    lose: (round, _hop, k) => round >= 10 && (senders[k] === 4 || (k >= rowStart[4]! && k < rowStart[5]!)),
    watch: round => {
      after = round
    }
  })
  const resting = dtdt.build(settingsOf(matrixCalled('ring'), 1, 0.05), {})
  const still = filled(range(PEERS).map(i => [i]))
  runRounds(resting, still, 10, { local: descent(quadratics, 0.05, 1) })
  expect(theta.values[4 * theta.stride]).toBe(still.values[4 * still.stride])
  expect(theta.values[4 * theta.stride]).not.toBe(4)
})

test('peers that live in two processes go on to the same bits as in one', () => {
  const matrix = matrixCalled('ring')
  const parts = [undefined, { first: 0, last: 3 }, { first: 3, last: PEERS }].map(hosted =>
    dtdt.build({ ...settingsOf(matrix, 1, 0.05), hosted }, {})
  )
  const thetas = parts.map(() => filled(range(PEERS).map(i => [i * i])))
  const learn = descent(quadratics, 0.05, 1)
  for (const round of range(12)) {
    const outboxes = parts.map((part, p) => {
      part.begin?.(round, thetas[p]!)
      learn(thetas[p]!, undefined)
      return part.compose(0, thetas[p]!)
    })
    const [whole, low, high] = outboxes
    const payloads = whole!.payloads.slice()
    payloads.set(low!.payloads.subarray(0, 3 * low!.stride))
    payloads.set(high!.payloads.subarray(3 * high!.stride), 3 * high!.stride)
    expect(payloads).toEqual(whole!.payloads)
    const slots = matrix.links.senders.slice()
    const degrees = whole!.degrees.slice()
    for (const [p, part] of parts.entries())
      part.combine(0, thetas[p]!, {
        payloads: payloads.slice(),
        stride: whole!.stride,
        slots,
        degrees,
        notes: undefined
      })
  }
  const found = thetas.map(theta => rowsOf(theta, PEERS))
  expect([...found[1]!.slice(0, 3), ...found[2]!.slice(3)]).toEqual(found[0])
})

test('a state that is restored leads to the same bits', () => {
  const build = () => dtdt.build(settingsOf(matrixCalled('ring'), 1, 0.05), {})
  const local = descent(quadratics, 0.05, 1)
  const [first, theta] = [build(), filled(range(PEERS).map(i => [i]))]
  runRounds(first, theta, 7, { local })
  const [second, copy] = [build(), filled(rowsOf(theta, PEERS))]
  for (const [name, array] of Object.entries(first.state)) second.state[name]!.set(array)
  runRounds(first, theta, 7, { local, from: 7 })
  runRounds(second, copy, 7, { local, from: 7 })
  expect(rowsOf(copy, PEERS)).toEqual(rowsOf(theta, PEERS))
})

test('ten peers with two opposite kinds of environments come to θ* on a ring', async () => {
  const het = {
    environment: 'file:test/fixtures/garnet_het_N10.json',
    sampling: 'expected',
    topology: 'ring',
    initial: 'offset:1',
    localSteps: 1,
    stepSize: 2,
    rounds: 15_000
  }
  const { swarm } = (await run({ ...het, aggregation: 'dtdt' })).last
  expect(swarm.fixedPointError).toBeLessThan(1e-9)
  const uncorrected = (await run({ ...het, aggregation: 'gossip' })).last.swarm
  expect(uncorrected.fixedPointError).toBeGreaterThan(1e-2)
})
