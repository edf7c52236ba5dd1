import { describe, expect, test } from 'vitest'
import { metricsLine, peerRows, sampleOfLine, trafficOf } from '../../src/records/sample-json.ts'
import { sampleAt, trafficAt } from '../support/samples.ts'

const labels = ['a', 'b']
const lineAt = (round: number) => metricsLine(sampleAt(round), { labels, traffic: trafficAt(round) })

test('a line holds the round, the errors, who is stopped, the peers and last what depends on the network', () => {
  expect(JSON.stringify(lineAt(3))).toBe(
    '{"round":3,"consensusError":0.3,"valueError":1.5,"excessValueError":null,"fixedPointError":1e-300,"return":null,"valueGap":null,"policyDistance":null,"entropy":null,' +
      '"correctionSum":0.25,"stopped":[],"experience":{"episodes":6,"steps":150},"peers":[' +
      '{"peer":0,"environment":"a","consensusError":0.1,"valueError":3.25,"excessValueError":null,"fixedPointError":0.3333333333333333,"return":null,"valueGap":null,"policyDistance":null,"entropy":null},' +
      '{"peer":1,"environment":"b","consensusError":0.2,"valueError":4.5,"excessValueError":null,"fixedPointError":0.6666666666666666,"return":null,"valueGap":null,"policyDistance":null,"entropy":null}' +
      '],"messages":12,"bytes":1200,"missing":0,"refused":0,"dropped":{"round":2},"waitedFor":[1],"virtualMs":60,' +
      '"perPeer":{"messagesIn":[3,9],"messagesOut":[9,3],"bytesIn":[300,900],"bytesOut":[900,300],"missing":[0,0]},"seconds":0.75}'
  )
})

test('a line without peers is the same but for them', () => {
  const { peers, perPeer, ...rest } = lineAt(3)
  expect(JSON.stringify(metricsLine(sampleAt(3)))).toBe(JSON.stringify(rest))
  expect(peers).toEqual(peerRows(sampleAt(3).peers, labels))
  expect(perPeer).toMatchObject({ messagesIn: [3, 9] })
})

describe('a line that is read', () => {
  test('is the sample that was written, and what was counted of each participant', () => {
    const { messagesIn, messagesOut, bytesIn, bytesOut, missing } = trafficAt(3)
    expect(sampleOfLine(lineAt(3), 2)).toEqual(sampleAt(3))
    expect(trafficOf(lineAt(3).perPeer, 2)).toMatchObject({
      messagesIn,
      messagesOut,
      bytesIn,
      bytesOut,
      missing
    })
  })

  test('has no errors of a peer that does not take part', () => {
    const sample = sampleAt(1)
    const peers = { ...sample.peers, valueError: Float64Array.of(Number.NaN, 2) }
    const line = metricsLine({ ...sample, peers }, { labels, traffic: trafficAt(1) })
    expect(sampleOfLine(line, 2).peers).toEqual(peers)
  })

  test('without peers has the same totals, and NaN for what is of a peer', () => {
    const nobody = Float64Array.of(Number.NaN, Number.NaN)
    const { peers, ...whole } = sampleAt(3)
    const line = metricsLine(sampleAt(3))
    expect(sampleOfLine(line, 2)).toEqual({
      ...whole,
      peers: { ...peers, consensusError: nobody, valueError: nobody, fixedPointError: nobody }
    })
    const { dropped, ...columns } = trafficOf(line.perPeer, 2)
    for (const column of [...Object.values(columns), ...Object.values(dropped)])
      expect(column).toEqual(nobody)
  })
})

test('a peer that does not take part has no errors', () => {
  const { peers } = sampleAt(1)
  const [first, second] = peerRows({ ...peers, valueError: Float64Array.of(Number.NaN, 2) }, ['a', 'b'])
  expect(first).toMatchObject({ peer: 0, environment: 'a', valueError: null, return: null })
  expect(second).toMatchObject({ peer: 1, valueError: 2 })
})
