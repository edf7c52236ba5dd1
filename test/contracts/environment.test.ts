/** Our finite environments keep what all promise. A new one needs a line in `given`: options as a user writes them. */
import fc from 'fast-check'
import { environments } from '../../peers/environments/index.ts'
import { present } from '../../src/core/assert.ts'
import { describeEnvironment } from './environment.ts'

const half = fc.integer({ min: 0, max: 50 }).map(hundredths => hundredths / 100)
const discount = fc.double({ min: 0, max: 0.99, noNaN: true })
const policy = {
  policy: fc.constantFrom('uniform', 'deterministic', 'epsilon-greedy'),
  epsilon: half
}

const given: Readonly<Record<string, fc.Arbitrary<object>>> = {
  garnet: fc.record(
    {
      states: fc.integer({ min: 4, max: 12 }),
      actions: fc.integer({ min: 2, max: 4 }),
      branching: fc.integer({ min: 2, max: 4 }),
      features: fc.constantFrom('one-hot', 1, 2, 3),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      heterogeneity: fc.constantFrom('perturbation', 'opposite'),
      perturbation: fc.double({ min: 0, max: 1, noNaN: true }),
      ...policy
    },
    { requiredKeys: ['states', 'branching'] }
  ),
  'random-walk': fc.record(
    {
      states: fc.integer({ min: 1, max: 12 }),
      drift: half.map(part => part - 0.25),
      driftSpread: half,
      rewardSpread: half,
      group: fc.integer({ min: 1, max: 4 }),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  gridworld: fc.record(
    {
      layout: fc.constantFrom('open', 'maze', 'russell-norvig'),
      slip: half,
      slipSpread: half,
      extraWalls: fc.integer({ min: 0, max: 1 }),
      fraction: half,
      step: half,
      rewardSpread: half,
      features: fc.constantFrom('one-hot', 3),
      discount,
      noise: fc.constantFrom('none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  riverswim: fc.record(
    {
      states: fc.integer({ min: 3, max: 8 }),
      current: half,
      currentSpread: half,
      features: fc.constantFrom('one-hot', 2),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  'frozen-lake': fc.record(
    {
      slippery: fc.boolean(),
      slipSpread: half.map(part => part / 2),
      extraHoles: fc.integer({ min: 0, max: 2 }),
      fraction: half,
      features: fc.constantFrom('one-hot', 4),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  'cliff-walking': fc.record(
    {
      wind: half,
      windSpread: half,
      rewardSpread: half,
      features: fc.constantFrom('one-hot', 4),
      discount,
      noise: fc.constantFrom('none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  synthetic: fc.record(
    {
      states: fc.integer({ min: 2, max: 8 }),
      actions: fc.integer({ min: 1, max: 5 }),
      heterogeneity: fc.constantFrom(0, 0.3, 1),
      kernels: fc.constantFrom('two', 'each'),
      features: fc.constantFrom('one-hot', 2),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  courtyard: fc.record(
    {
      heterogeneity: fc.constantFrom(0, 0.3, 1),
      kernels: fc.constantFrom('two', 'each'),
      features: fc.constantFrom('one-hot', 2),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  'challenging-mdp': fc.record(
    {
      rewards: fc.constantFrom('mdp', 'gridworld'),
      features: fc.constantFrom('one-hot', 2),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  file: fc.record({
    path: fc.constantFrom(
      ...['garnet_hom_N10', 'garnet_het_N10', 'challenging-mdp'].map(name => `test/fixtures/${name}.json`)
    )
  })
}

/** Those whose states are listed; what needs options to be built, as a file does, is one of them. */
const finite = Object.entries(environments).filter(([, family]) => {
  const standard = family.options.safeParse({})
  return !standard.success || family.build(1, standard.data, '1').kind === 'finite'
})

for (const [name, family] of finite)
  describeEnvironment(name, family, present(given[name], `options of ${name}`))
