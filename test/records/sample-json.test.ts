import { expect, test } from 'vitest'
import { metricsLine, peerRows } from '../../src/records/sample-json.ts'
import { sampleAt } from '../support/samples.ts'

test('a line holds the round, six errors, who is stopped, the peers and last what depends on the network', () => {
  const line = metricsLine(sampleAt(3), ['a', 'b'], true)
  expect(JSON.stringify(line)).toBe(
    '{"round":3,"consensusError":0.3,"valueError":1.5,"excessValueError":null,"fixedPointError":1e-300,"return":null,"valueGap":null,' +
      '"correctionSum":0.25,"stopped":[],"peers":[' +
      '{"peer":0,"environment":"a","consensusError":0.1,"valueError":3.25,"excessValueError":null,"fixedPointError":0.3333333333333333,"return":null,"valueGap":null},' +
      '{"peer":1,"environment":"b","consensusError":0.2,"valueError":4.5,"excessValueError":null,"fixedPointError":0.6666666666666666,"return":null,"valueGap":null}' +
      '],"messages":12,"bytes":1200,"missing":0,"refused":0,"dropped":{"round":2},"waitedFor":[1],"virtualMs":60,"seconds":0.75}'
  )
})

test('a line without peers is the same but for them', () => {
  const { peers, ...rest } = metricsLine(sampleAt(3), ['a', 'b'], true)
  expect(JSON.stringify(metricsLine(sampleAt(3), ['a', 'b'], false))).toBe(JSON.stringify(rest))
  expect(peers).toEqual(peerRows(sampleAt(3).peers, ['a', 'b']))
})

test('a peer that does not take part has no errors', () => {
  const { peers } = sampleAt(1)
  const [first, second] = peerRows({ ...peers, valueError: Float64Array.of(Number.NaN, 2) }, ['a', 'b'])
  expect(first).toMatchObject({ peer: 0, environment: 'a', valueError: null, return: null })
  expect(second).toMatchObject({ peer: 1, valueError: 2 })
})
