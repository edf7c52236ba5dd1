/** What the README says of comparisons is so: its file is one, and its networks have these numbers. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareRequest } from '../../src/cli/compare/request.ts'
import { present } from '../../src/core/assert.ts'
import { networkModelOf, networkModels } from '../../src/timing/network-models.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

test('its file is a comparison of two problems with one and ten local steps, in which nobody is left out', () => {
  const text = present(/```yaml\n(name: my graphs\n[^`]*)```/.exec(readme)?.[1], 'the file')
  const file = join(temporaryFolder(), 'mine.yaml')
  writeFileSync(file, text)
  const { comparison, leftOut } = compareRequest(file, {})
  expect(leftOut).toEqual([])
  expect(comparison).toMatchObject({
    name: 'my graphs',
    price: 'edge:latencyMs=80',
    budget: { of: 'seconds', amount: 600 },
    target: null
  })
  expect(comparison.seeds).toHaveLength(10)
  expect(comparison.problems.map(({ label }) => label)).toEqual([
    'similar, localSteps 1',
    'similar, localSteps 10',
    'opposite, localSteps 1',
    'opposite, localSteps 10'
  ])
  const labels = comparison.contenders.filter(({ problem }) => problem === 0).map(({ label }) => label)
  expect(labels).toHaveLength(2 * 3 + 1 + 3)
  expect(labels).toContain('exponential, gossip-scafflsa')
})

test('its table of networks has them all, with their numbers', () => {
  const rows = [
    ...readme.matchAll(
      /^\| `(\w+)` +\| ([\d.]+) +\| ([\d.,]+) \| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$/gm
    )
  ]
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(networkModels))
  for (const [, name = '', latency, line = '', duplex, step, stragglers, loss] of rows) {
    expect(networkModelOf(name, 'price')).toEqual({
      latencyMs: Number(latency),
      mbitPerSecond: Number(line.replaceAll(',', '')),
      duplex,
      stepMs: Number(step),
      stragglers: Number(stragglers),
      loss: Number(loss)
    })
  }
})
