import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import {
  bytesPerSecond,
  latencySeconds,
  networkModelOf,
  networkModels
} from '../../src/timing/network-models.ts'

describe.each(Object.keys(networkModels))('%s', name => {
  const model = networkModelOf(name, '--network')

  test('is what it is by default, and what one says it is', () => {
    const other = { latencyMs: 3, mbitPerSecond: 7, duplex: 'half', stepMs: 2, stragglers: 0.5, loss: 0.25 }
    expect(networkModelOf({ name }, '--network')).toEqual(model)
    expect(networkModelOf({ name, ...other }, '--network')).toEqual(other)
    expect(networkModelOf(`${name}:duplex=half,loss=0.25`, '--network')).toEqual({
      ...model,
      duplex: 'half',
      loss: 0.25
    })
  })

  test('has lines that carry something, and messages that come through', () => {
    expect(bytesPerSecond(model)).toBe((model.mbitPerSecond * 1e6) / 8)
    expect(latencySeconds(model)).toBe(model.latencyMs / 1000)
    expect(model.loss).toBeLessThan(1)
  })
})

test('the presets go from fast to slow', () => {
  const rates = ['datacenter', 'lan', 'wan', 'edge', 'lora'].map(name =>
    bytesPerSecond(networkModelOf(name, '--network'))
  )
  expect(rates).toEqual(rates.toSorted((a, b) => b - a))
})

test.each([
  ['lam', '--network: "lam" is unknown; did you mean "lan"?'],
  ['lan:loss=1', '--network loss: must be below 1, not 1'],
  ['lan:mbitPerSecond=0', '--network mbitPerSecond: must be above 0, not 0'],
  ['lan:duplex=both', '--network duplex: "both" is unknown'],
  ['lan:latency=3', '--network latency: unknown key']
])('%s is refused with its place', (text, message) => {
  expect(() => networkModelOf(text, '--network')).toThrow(ExperimentError)
  expect(() => networkModelOf(text, '--network')).toThrow(message)
})
