import { describe, expect, test } from 'vitest'
import { aggregationOf } from '../src/aggregation/index.ts'
import { type Averaged, averaging } from '../src/averaging.ts'
import { mixingOf } from '../topologies/mixing/mixing.ts'
import type { Weights } from '../topologies/mixing/mixing-matrix.ts'
import { denseMatrix } from '../topologies/mixing/operators.ts'
import { built } from './support/topologies.ts'

/** After 0, 1, …, `rounds` rounds. */
async function averaged(
  spec: string,
  name: string,
  peers: number,
  rounds: number,
  weights: Weights = 'metropolis'
): Promise<Averaged[]> {
  const { topology } = built(name, peers)
  const aggregation = aggregationOf(spec, {
    peers,
    parameters: 1,
    mixing: mixingOf(topology, weights, rounds),
    spectralRadius: () => Number.NaN,
    localSteps: 1,
    stepSize: 0.1,
    seed: '1'
  })
  const found: Averaged[] = []
  for await (const each of averaging(aggregation, peers)) {
    found.push(each)
    if (found.length > rounds) break
  }
  return found
}

/** Rows of numbers times x = (0, 1, 2, …), by definition. */
function slowly(name: string, peers: number, rounds: number, weights: Weights): number[] {
  const { topology } = built(name, peers)
  const mixing = mixingOf(topology, weights, rounds)
  const apart = (x: readonly number[]): number => {
    const mean = x.reduce((sum, value) => sum + value, 0) / peers
    return Math.hypot(...x.map(value => value - mean))
  }
  let x = Array.from({ length: peers }, (_, i) => i)
  const start = apart(x)
  const found = [1]
  for (let round = 0; round < rounds; round++) {
    x = denseMatrix(mixing.at(round)).map(row => row.reduce((sum, weight, j) => sum + weight * x[j]!, 0))
    found.push(apart(x) / start)
  }
  return found
}

describe('averaging from x_i = i', () => {
  test.each([
    ['ring', 9, 'metropolis'],
    ['star', 7, 'uniform'],
    ['base', 6, 'own'],
    ['one-peer-exponential', 5, 'own'],
    ['epidemic', 8, 'own']
  ] as const)('gossip over %s of %i peers is x ← W x', async (name, peers, weights) => {
    const found = await averaged('gossip', name, peers, 12, weights)
    slowly(name, peers, 12, weights).forEach((expected, round) => {
      expect(found[round]!.disagreement).toBeCloseTo(expected, 12)
    })
  })

  test('a ring of 4 shrinks differences by 1/3 a round and keeps the mean', async () => {
    const found = await averaged('gossip', 'ring', 4, 8)
    for (const [round, { disagreement, drift }] of found.entries()) {
      expect(disagreement).toBeCloseTo(1 / 3 ** round, 12)
      expect(drift).toBeCloseTo(0, 12)
    }
  })

  test('a server has the mean after one round, of the peers alone', async () => {
    const found = await averaged('star', 'star', 6, 2)
    expect(found.map(({ disagreement }) => disagreement)).toEqual([1, 0, 0])
    expect(found[2]!.drift).toBeCloseTo(0, 14)
  })

  test('the mean of uniform weights moves to that of the hub', async () => {
    // Peer 0 is the hub of 4: π = (4, 2, 2, 2)/10, and the consensus is 1.2 instead of 1.5.
    const found = await averaged('gossip', 'star', 4, 80, 'uniform')
    expect(found.at(-1)!.disagreement).toBeCloseTo(0, 12)
    expect(found.at(-1)!.drift).toBeCloseTo(0.3 / Math.sqrt(5 / 4), 10)
  })

  test('messages are counted', async () => {
    const found = await averaged('gossip', 'ring', 5, 3)
    const [nothing, one] = found
    expect(nothing!.bytes).toBe(0)
    // Ten messages of one double: 30 bytes of integers, 10 of the swarm, 10 of the payload.
    expect(one!.bytes).toBe(10 * 50)
    expect(found[3]!.bytes).toBe(3 * one!.bytes)
  })

  test('one peer has nothing to agree on', async () => {
    expect(await averaged('gossip', 'ring', 1, 1)).toEqual([
      { disagreement: 0, drift: 0, bytes: 0 },
      { disagreement: 0, drift: 0, bytes: 0 }
    ])
  })
})
