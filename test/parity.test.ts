/**
 * The network is a plug: over libp2p and in the simulator the same experiment ends with the same bits. Aggregations,
 * learners and topologies are taken from their lists; samplings and environments take turns.
 */
import { describe, expect, test } from 'vitest'
import { learners } from '../peers/learners/index.ts'
import { AGGREGATIONS, type AggregationName, isCorrectedGossip, usesHub } from '../src/aggregation/names.ts'
import { SAMPLINGS } from '../src/experiment/schema.ts'
import { topologies } from '../topologies/index.ts'
import { range } from './support/numbers.ts'
import { run } from './support/run.ts'

const undirected = Object.keys(topologies).filter(name => name !== 'file')
const graphs = [...undirected, 'exponential:directed=true']

const environments = [
  'garnet:states=8',
  'garnet:states=12,features=5,discount=0.8',
  'garnet:states=10,heterogeneity=opposite,policy=deterministic,noise=none',
  'garnet:states=6,noise=0.5'
]

function graphsFor(aggregation: AggregationName): readonly string[] {
  if (aggregation === 'none' || usesHub(aggregation)) return ['star']
  return isCorrectedGossip(aggregation) ? undirected : graphs
}

const inTurn = <T>(values: readonly T[], k: number): T => values[k % values.length]!
const learnerNames = Object.keys(learners)

/** For every aggregation all its graphs and all learners. */
const cases = AGGREGATIONS.flatMap(aggregation => {
  const names = graphsFor(aggregation)
  return range(Math.max(names.length, learnerNames.length)).map(k => ({
    aggregation,
    topology: inTurn(names, k),
    learner: inTurn(learnerNames, k)
  }))
}).map((one, k) => ({ ...one, sampling: inTurn(SAMPLINGS, k), environment: inTurn(environments, k) }))

test('every learner meets every sampling and every aggregation, and gossip every graph', () => {
  const met = (of: (one: (typeof cases)[number]) => string) => new Set(cases.map(of)).size
  const learnerCount = learnerNames.length
  expect(met(({ learner, sampling }) => `${learner} ${sampling}`)).toBe(learnerCount * SAMPLINGS.length)
  expect(met(({ learner, aggregation }) => `${learner} ${aggregation}`)).toBe(
    learnerCount * AGGREGATIONS.length
  )
  const gossiped = cases.filter(({ aggregation }) => aggregation === 'gossip')
  expect(new Set(gossiped.map(({ topology }) => topology))).toEqual(new Set(graphs))
})

describe.concurrent('libp2p and the simulator agree to the bit', () => {
  test.for(cases)('$aggregation $topology $learner $sampling $environment', async raw => {
    const experiment = {
      peers: raw.topology === 'hypercube' ? 8 : 6,
      localSteps: 3,
      rounds: 6,
      measureEvery: 3,
      stepSize: 0.1,
      placement: 'shuffled',
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
