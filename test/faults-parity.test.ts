/**
 * Faults are planned, so both networks go through the same: over libp2p and in the simulator an experiment in which much
 * goes wrong ends with the same bits, one case of each kind.
 */
import { describe, expect, test } from 'vitest'
import { run } from './support/run.ts'

const ring = {
  environment: 'file:test/fixtures/garnet_het_N10.json',
  placement: 'clustered',
  topology: 'ring',
  aggregation: 'gossip-scafflsa',
  localSteps: 10,
  stepSize: 0.1,
  sampling: 'iid',
  rounds: 60,
  measureEvery: 10,
  seed: 'parity'
}

const restart = (how: string, state: string) => [
  { after: 10, stop: 3, how },
  { after: 14, return: 3, state }
]

const cases: Readonly<Record<string, object>> = {
  'one-way loss': { loss: 0.3 },
  'loss of both ways': { loss: 'both:0.3' },
  'loss on one edge': { faults: { links: [{ from: 2, to: 3, loss: 0.5, direction: 'one-way' }] } },
  'goodbye, and back without state': { faults: { events: restart('closed', 'lost') } },
  'a crash, and back with state': { faults: { events: restart('killed', 'kept') } },
  'a freeze, and back without state': { faults: { events: restart('frozen', 'lost') } },
  'two deaths': { faults: { events: [{ after: 9, stop: [2, 7], how: 'killed' }] } },
  'a late join': { faults: { events: [{ after: 12, join: [4, 5] }] } },
  delay: { rounds: 20, delayMs: 'uniform:low=1,high=9' },
  'delay beyond the deadline': {
    rounds: 12,
    deadlineMs: 1000,
    faults: {
      events: [
        { after: 2, slow: 6, byMs: 1500 },
        { after: 8, slow: 6, byMs: 0 }
      ]
    }
  },
  duplicates: { faults: { duplicates: 0.5 } },
  reordering: { faults: { reordering: 0.5 } },
  'a cut and its end': {
    faults: {
      events: [
        { after: 5, cut: [0, 1], direction: 'one-way' },
        { after: 45, heal: [0, 1] }
      ]
    }
  },
  'a partition and its end': {
    faults: {
      events: [
        { after: 5, partition: [[0, 1, 2, 3, 4]] },
        { after: 45, heal: 'all' }
      ]
    }
  },
  'all of it': {
    loss: 0.1,
    delayMs: 2,
    faults: {
      duplicates: 0.2,
      reordering: 0.2,
      events: [
        ...restart('killed', 'lost'),
        { after: 16, join: 8 },
        { after: 18, partition: [[0, 1, 2]] },
        { after: 24, heal: 'all' },
        { after: 30, stop: 5 }
      ]
    }
  }
}

const hub = {
  loss: 0.1,
  faults: {
    duplicates: 0.2,
    events: [
      ...restart('killed', 'lost'),
      { after: 20, stop: 'hub' },
      { after: 24, return: 'hub' },
      { after: 30, cut: [1, 'hub'], direction: 'one-way' }
    ]
  }
}

const both = async (experiment: Readonly<Record<string, unknown>>): Promise<void> => {
  const [simulated, libp2p] = [await run(experiment), await run({ ...experiment, transport: 'libp2p' })]
  expect(libp2p.parameters).toEqual(simulated.parameters)
  const { seconds: _, ...state } = libp2p.swarm.state()
  expect(state).toEqual({ ...simulated.swarm.state(), seconds: undefined })
  expect(libp2p.samples.map(sample => ({ ...sample, seconds: 0 }))).toEqual(
    simulated.samples.map(sample => ({ ...sample, seconds: 0 }))
  )
}

describe('libp2p and the simulator agree to the bit', () => {
  test.for(Object.entries(cases))('%s', ([, faults]) => both({ ...ring, ...faults }))

  test.for(['gossip', 'exact-diffusion'])('all of it, %s', aggregation =>
    both({ ...ring, ...cases['all of it'], aggregation })
  )

  test.for(['star', 'star-scafflsa'])('loss, stops of a peer and of the hub, a cut, %s', aggregation =>
    both({ ...ring, topology: 'star', ...hub, aggregation })
  )
})
