/** Our topologies keep what every topology promises. A new one needs a line in `given` only if it has options to vary. */
import { topologies } from '../../topologies/index.ts'
import { describeTopology } from './topology.ts'

const given: Readonly<Record<string, readonly object[]>> = {
  'ring-lattice': [2, 4, 6].map(neighbours => ({ neighbours })),
  exponential: [{}, { directed: true }],
  circulant: [{}, { offsets: '1' }, { offsets: '2+3' }],
  'de-bruijn': [2, 3].map(base => ({ base })),
  'watts-strogatz': [{}, { neighbours: 2, rewiring: 0 }],
  'barabasi-albert': [{}, { attached: 1 }],
  'random-geometric': [{}, { radius: 0.7 }],
  equistatic: [{}, { directed: false }],
  equidyn: [{}, { directed: false }],
  epidemic: [{}, { oracle: true }],
  'random-regular': [2, 3, 4, 9].map(degree => ({ degree })),
  base: [1, 2, 3].map(k => ({ k })),
  'd-cliques': (['full', 'small-world', 'fractal', 'ring'] as const).map(between => ({ size: 4, between })),
  file: [{ path: 'test/fixtures/random-4-regular.txt' }]
}

for (const [name, family] of Object.entries(topologies)) describeTopology(name, family, given[name])
