/** Scenarios of seeds 0 to 199: small swarms with whatever may go wrong. `npm run fuzz` plays more. */
import { describe, expect, test } from 'vitest'
import { AGGREGATIONS, nameOf } from '../../src/aggregation/names.ts'
import { SAMPLINGS } from '../../src/experiment/schema.ts'
import { delays, losses } from '../../src/faults/families.ts'
import { actionNameOf } from '../../src/faults/schema.ts'
import { topologies, WEIGHTS } from '../../topologies/index.ts'
import { range } from '../support/numbers.ts'
import { failureOf } from './play.ts'
import { scenarioOf } from './scenario.ts'

const SEEDS = 200
const AT_ONCE = 20

describe('whatever goes wrong, what must hold holds', () => {
  test.for(range(SEEDS / AT_ONCE).map(k => k * AT_ONCE))('from seed %i on', async first => {
    const failures: string[] = []
    for (const k of range(AT_ONCE)) {
      const failure = await failureOf(first + k)
      if (failure !== undefined) failures.push(failure)
    }
    expect(failures).toEqual([])
  })
})

describe('scenarios', () => {
  const scenarios = range(SEEDS).map(scenarioOf)
  const experiments = scenarios.map(({ setting }) => setting.experiment)
  const events = experiments.flatMap(({ faults }) => faults?.events ?? [])

  test('are decided by their seeds', () => {
    const plain = (seed: number): string => {
      const { setting, ...rest } = scenarioOf(seed)
      return JSON.stringify([setting.experiment, rest])
    }
    expect(plain(7)).toBe(plain(7))
    expect(plain(7)).not.toBe(plain(8))
  })

  test('meet everything that there is', () => {
    const met = (names: readonly string[]): Set<string> => new Set(names)
    expect(met(experiments.map(({ aggregation }) => nameOf(aggregation)))).toEqual(met(AGGREGATIONS))
    expect(met(experiments.map(({ sampling }) => sampling))).toEqual(met(SAMPLINGS))
    expect(met(experiments.map(({ weights }) => weights))).toEqual(met(WEIGHTS))
    const graphs = Object.keys(topologies).filter(name => name !== 'file')
    expect(met(experiments.map(({ topology }) => topology.name))).toEqual(met(graphs))
    expect(met(experiments.map(({ loss }) => loss.name))).toEqual(met(Object.keys(losses)))
    expect(met(experiments.map(({ delayMs }) => delayMs.name))).toEqual(met(Object.keys(delays)))
    const actions = ['stop', 'return', 'join', 'cut', 'heal', 'partition', 'slow']
    const changes = ['loss', 'delayMs', 'duplicates', 'reordering']
    expect(met(events.map(actionNameOf))).toEqual(met([...actions, ...changes]))
    expect(met(events.flatMap(event => ('stop' in event ? [event.how] : [])))).toEqual(
      met(['closed', 'killed', 'frozen'])
    )
    expect(met(events.flatMap(event => ('return' in event ? [event.state] : [])))).toEqual(
      met(['kept', 'lost'])
    )
    expect(experiments.some(({ faults }) => (faults?.links.length ?? 0) > 0)).toBe(true)
    expect(scenarios.some(({ commands }) => commands.length > 0)).toBe(true)
    expect(scenarios.some(({ interruptedAt }) => interruptedAt !== undefined)).toBe(true)
  })
})
