/** Our aggregations keep what every aggregation promises. A new one needs a line in `given` only if it has options to vary. */
import { aggregations } from '../../src/aggregation/index.ts'
import { traitsOf } from '../../src/aggregation/names.ts'
import { present } from '../../src/core/assert.ts'
import { describeAggregation } from './aggregation.ts'

const given: Readonly<Record<string, readonly object[]>> = {
  gossip: [{}, { steps: 3 }],
  'gossip-tracking': [{}, { outerStep: 0.5 }],
  choco: [{}, { compressor: 'identity' }, { compressor: 'sign' }],
  pairwise: [{}, { slots: 3 }]
}

describeAggregation('choco', present(aggregations.choco, 'choco'), {
  variants: [
    { compressor: 'qsgd', levels: 4 },
    { compressor: 'random-k', share: 0.3 }
  ],
  traits: traitsOf('choco'),
  isRandom: true
})

for (const [name, family] of Object.entries(aggregations))
  describeAggregation(name, family, { variants: given[name] ?? [{}], traits: traitsOf(name) })
