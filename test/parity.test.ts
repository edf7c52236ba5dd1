/**
 * The network is a plug: over libp2p and in the simulator the same experiment ends with the same bits. Aggregations,
 * learners and topologies are taken from their lists; samplings and environments take turns.
 */
import { describe, expect, test } from 'vitest'
import { learners } from '../peers/learners/index.ts'
import { AGGREGATIONS, type AggregationSpec, isCorrected, usesHub } from '../src/aggregation/names.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { resolve } from '../src/experiment/resolve.ts'
import { SAMPLINGS } from '../src/experiment/schema.ts'
import { settingOf } from '../src/setting.ts'
import { topologies } from '../topologies/index.ts'
import { range } from './support/numbers.ts'
import { run } from './support/run.ts'

const PEERS = 6
/** Options that six peers, or those that are named here, can have. */
const options: Readonly<Record<string, string>> = {
  'watts-strogatz': 'watts-strogatz:neighbours=2',
  'd-cliques': 'd-cliques:size=3',
  circulant: 'circulant:offsets=1+2'
}
const powersOfTwo = ['hypercube', 'one-peer-hypercube', 'de-bruijn']
const graphs = [
  ...Object.keys(topologies).flatMap(name => (name === 'file' ? [] : [options[name] ?? name])),
  'exponential:directed=true',
  'equistatic:directed=false',
  'equidyn:directed=false',
  'base:k=2'
]

const peersOf = (topology: string): number => (powersOfTwo.includes(topology) ? 8 : PEERS)

/** What the aggregation can go over. */
function fits(aggregation: AggregationSpec, topology: string): boolean {
  const raw = { topology, aggregation, peers: peersOf(topology), transport: 'simulated' }
  try {
    settingOf(resolve(raw).experiment)
    return true
  } catch (error) {
    if (error instanceof ExperimentError) return false
    throw error
  }
}

const environments = [
  'garnet:states=8',
  'garnet:states=12,features=5,discount=0.8',
  'garnet:states=10,heterogeneity=opposite,policy=deterministic,noise=none',
  'garnet:states=6,noise=0.5'
]

/** Gossip goes over every graph; others over some of those that they can go over, each of them over others. */
function graphsFor(aggregation: AggregationSpec, k: number): readonly string[] {
  const fitting = usesHub(aggregation) ? ['star'] : graphs.filter(topology => fits(aggregation, topology))
  if (aggregation === 'gossip') return fitting
  const count = Math.min(fitting.length, aggregation === 'none' ? 1 : 4)
  return range(count).map(n => inTurn(fitting, Math.floor((n * fitting.length) / count) + k))
}

/** Options that make the most of them. */
const specs: readonly AggregationSpec[] = [
  ...AGGREGATIONS,
  'gossip:steps=3',
  'gossip-tracking:outerStep=0.5',
  'choco:compressor=identity',
  'choco:compressor=random-k,share=0.3',
  'choco:compressor=sign',
  'choco:compressor=qsgd,levels=4',
  'pairwise:slots=3'
]

const inTurn = <T>(values: readonly T[], k: number): T => values[k % values.length]!

/** Every learner with every kind of experience that it does not refuse; those of policies by networks also where nothing is listed. */
const experiences = [
  ...Object.entries(learners).flatMap(([learner, family]) =>
    SAMPLINGS.filter(
      sampling => family.refuses?.(family.options.parse({}), sampling, 'random') === undefined
    ).map((sampling, k) => ({ learner, sampling, environment: inTurn(environments, k + learner.length) }))
  ),
  ...['reinforce:batch=1,hidden=5,optimiser=adam', 'reinforce:shared=all,optimiser=adam', 'actor-critic'].map(
    learner => ({ learner, sampling: 'markov', environment: 'cartpole:cap=20,lengthSpread=0.5' }) as const
  )
]

/** Control variates correct no moments. */
const correctable = experiences.filter(({ learner }) => !learner.includes('shared=all'))

/** For every aggregation its graphs, and all experiences in turn. */
const cases = specs
  .flatMap((aggregation, each) => {
    const names = graphsFor(aggregation, each)
    return range(Math.max(names.length, 4)).map(k => ({ aggregation, topology: inTurn(names, k) }))
  })
  .map((one, k) => ({ ...one, ...inTurn(isCorrected(one.aggregation) ? correctable : experiences, k) }))

test('every learner meets every kind of experience, and gossip every graph', () => {
  const met = new Set(cases.map(({ learner, sampling }) => `${learner} ${sampling}`))
  expect(met).toEqual(new Set(experiences.map(({ learner, sampling }) => `${learner} ${sampling}`)))
  const gossiped = cases.filter(({ aggregation }) => aggregation === 'gossip')
  expect(new Set(gossiped.map(({ topology }) => topology))).toEqual(new Set(graphs))
})

/** Where only some take part in a round: what everybody hears, who splits, what is tracked, and a server. */
const sparse = [
  { aggregation: 'none', topology: 'ring' },
  { aggregation: 'gossip', topology: 'ring' },
  { aggregation: 'gossip:steps=2', topology: 'complete' },
  { aggregation: 'gossip-tracking', topology: 'exponential' },
  { aggregation: 'dtdt', topology: 'random-matching' },
  { aggregation: 'push-sum', topology: 'exponential:directed=true' },
  { aggregation: 'broadcast', topology: 'ring' },
  { aggregation: 'star', topology: 'star' },
  { aggregation: 'star-scafflsa', topology: 'star' },
  { aggregation: 'pf-lsa', topology: 'star' },
  { aggregation: 'gossip-pf-lsa', topology: 'ring' },
  { aggregation: 'partial', topology: 'ring' },
  { aggregation: 'similarity', topology: 'path' }
].map((one, k) => ({
  ...one,
  participation: inTurn([0.4, 0.7], k),
  ...inTurn(isCorrected(one.aggregation) ? correctable : experiences, k)
}))

describe.concurrent('libp2p and the simulator agree to the bit', () => {
  test.for(cases)('$aggregation $topology $learner $sampling $environment', agree)
  test.for(sparse)('$aggregation $topology $learner $sampling participation=$participation', agree)

  async function agree(raw: Readonly<Record<'topology' | 'aggregation', string>>): Promise<void> {
    const experiment = {
      peers: peersOf(raw.topology),
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
    // Errors and traffic too: the simulator counts the very bytes that the wire carries, but for copies that relays make of
    // messages, of which it knows a model. Else only time differs.
    const isRelayed = libp2p.swarm.plan.relays !== undefined
    const exact = ({ samples }: typeof libp2p) =>
      samples.map(({ traffic, seconds: _, ...sample }) => ({ ...sample, ...(isRelayed ? {} : traffic) }))
    expect(exact(libp2p)).toEqual(exact(simulated))
    if (!isRelayed) expect(libp2p.swarm.traffic).toEqual(simulated.swarm.traffic)
    expect(libp2p.last.traffic.missing).toBe(0)
  }
})
