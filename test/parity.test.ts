/** The network is a plug: over libp2p and in the simulator the same experiment ends with the same bits. */
import { describe, expect, test } from 'vitest'
import { run } from './support/run.ts'

const linear = 'garnet:states=12,features=5,discount=0.8'
const opposite = 'garnet:states=10,heterogeneity=opposite,policy=deterministic,noise=none'

const cases: Record<string, unknown>[] = [
  { aggregation: 'none', topology: 'ring', sampling: 'markov' },
  { aggregation: 'gossip', topology: 'ring', sampling: 'markov' },
  { aggregation: 'gossip', topology: 'star', sampling: 'iid', environment: linear, stepSize: 0.1 },
  { aggregation: 'gossip', topology: 'complete', sampling: 'expected' },
  { aggregation: 'gossip', topology: 'exponential:directed=true', sampling: 'markov', peers: 7 },
  {
    aggregation: 'gossip',
    topology: 'torus',
    weights: 'lazy',
    sampling: 'markov',
    learner: 'softmax:horizon=5'
  },
  { aggregation: 'star', sampling: 'iid', placement: 'shuffled' },
  { aggregation: 'star', sampling: 'expected', learner: 'softmax:horizon=5' },
  { aggregation: 'star-scafflsa', sampling: 'markov', environment: linear, stepSize: 0.1 },
  { aggregation: 'gossip-scafflsa', topology: 'path', sampling: 'markov', environment: opposite },
  {
    aggregation: 'gossip-scafflsa',
    topology: 'hypercube',
    sampling: 'expected',
    environment: linear,
    peers: 8
  },
  {
    aggregation: 'gossip-scafflsa',
    topology: 'random-regular:degree=3',
    sampling: 'iid',
    learner: 'softmax:horizon=5'
  }
]

describe.concurrent('libp2p and the simulator agree to the bit', () => {
  test.for(cases)('%j', async raw => {
    const experiment = {
      peers: 6,
      localSteps: 3,
      rounds: 9,
      measureEvery: 3,
      stepSize: 0.3,
      seed: 'parity',
      ...raw
    }
    const [simulated, libp2p] = [await run(experiment), await run({ ...experiment, transport: 'libp2p' })]
    expect(libp2p.parameters).toEqual(simulated.parameters)
    expect(libp2p.swarm.state().learner).toEqual(simulated.swarm.state().learner)
    expect(libp2p.swarm.state().aggregation).toEqual(simulated.swarm.state().aggregation)
    // Errors and traffic too: the simulator counts the very bytes that the wire carries. Only time differs.
    const timeless = libp2p.samples.map(sample => ({ ...sample, seconds: 0 }))
    expect(timeless).toEqual(simulated.samples.map(sample => ({ ...sample, seconds: 0 })))
    expect(libp2p.swarm.traffic).toEqual(simulated.swarm.traffic)
    expect(libp2p.last.traffic.missing).toBe(0)
  })
})
