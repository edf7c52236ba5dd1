/**
 * What faults leave of corrected gossip: het_N10 clustered on a ring, lazy weights, H = 100. Edge flows stay exact;
 * the textbook recursion ends somewhere else, and does not say so.
 */
import { describe, expect, test } from 'vitest'
import { run } from '../support/run.ts'

const ring = {
  environment: 'file:test/fixtures/garnet_het_N10.json',
  placement: 'clustered',
  topology: 'ring',
  weights: 'lazy',
  localSteps: 100,
  stepSize: 0.1,
  initial: 'zero',
  seed: '1'
}

const restart = [
  { after: 2000, stop: 3 },
  { after: 2010, return: 3, state: 'lost' }
]
const faults = {
  'no loss': {},
  '1 % one-way loss': { loss: 0.01 },
  '10 % one-way loss': { loss: 0.1 },
  '30 % one-way loss': { loss: 0.3 },
  'a restart without state': { faults: { events: restart } },
  'a death': { faults: { events: [{ after: 2000, stop: 3 }] } },
  'loss, a restart, a death and a late join': {
    loss: 0.3,
    faults: { events: [{ after: 1500, join: 8 }, ...restart, { after: 3000, stop: 5 }] }
  }
} as const
type FaultName = keyof typeof faults

const square = (x: number | null | undefined): number => (x ?? Number.NaN) ** 2

describe('the squared fixed-point error after 8,000 rounds without noise', () => {
  /** θ* is that of the peers that are there in the end. */
  const endOf = async (aggregation: string, name: FaultName): Promise<number> => {
    const { last } = await run({
      ...ring,
      ...faults[name],
      aggregation,
      sampling: 'expected',
      rounds: 8000
    })
    return square(last.swarm.fixedPointError)
  }

  test.each(Object.keys(faults) as FaultName[])('of edge flows is zero but for rounding: %s', async name => {
    expect(await endOf('gossip-scafflsa', name)).toBeLessThan(1e-20)
  })

  test('of the textbook is zero but for rounding: no loss', async () => {
    expect(await endOf('exact-diffusion', 'no loss')).toBeLessThan(1e-20)
  })

  test.each<[FaultName, number, number]>([
    ['1 % one-way loss', 0.02, 5],
    ['10 % one-way loss', 0.3, 500],
    ['30 % one-way loss', 10, 1000],
    ['a restart without state', 4.9, 5.5],
    ['a death', 6.1, 6.7]
  ])('of the textbook is not: %s, between %f and %f', async (name, least, most) => {
    const error = await endOf('exact-diffusion', name)
    expect(error).toBeGreaterThan(least)
    expect(error).toBeLessThan(most)
  })
})

describe('the mean squared fixed-point error over rounds 1,501 to 2,500 with i.i.d. samples', () => {
  test.each<[FaultName, number, number, number]>([
    ['no loss', 0.041, 0.03, 0.055],
    ['10 % one-way loss', 0.047, 5, 500],
    ['30 % one-way loss', 0.063, 15, 1500]
  ])('%s: of edge flows %f, of the textbook between %f and %f', async (name, flows, least, most) => {
    const meanOf = async (aggregation: string): Promise<number> => {
      const { samples } = await run({
        ...ring,
        ...faults[name],
        aggregation,
        sampling: 'iid',
        rounds: 2500,
        measureEvery: 1
      })
      const tail = samples.filter(({ round }) => round > 1500)
      return tail.reduce((sum, { swarm }) => sum + square(swarm.fixedPointError), 0) / tail.length
    }
    expect(Math.abs((await meanOf('gossip-scafflsa')) / flows - 1)).toBeLessThan(0.15)
    const textbook = await meanOf('exact-diffusion')
    expect(textbook).toBeGreaterThan(least)
    expect(textbook).toBeLessThan(most)
  })
})
