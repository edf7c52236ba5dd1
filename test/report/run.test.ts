/** What a run says in the end, as a table and as JSON, of an outcome made up here. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { SwarmErrors } from '../../src/interfaces.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'
import { finalTable } from '../../src/report/final-table.ts'
import { runJson } from '../../src/report/run-json.ts'
import type { Outcome, Result } from '../../src/session/protocol.ts'

/** A result whose value error of peer i is `valueErrors[i]`. */
function result(aggregation: Result['aggregation'], valueErrors: number[], missing = 0): Result {
  const perPeer = emptyTraffic(valueErrors.length)
  perPeer.bytesIn.fill(1000)
  perPeer.bytesOut[1] = 500
  const swarm: SwarmErrors = {
    consensusError: 0.5,
    valueError: Math.sqrt(valueErrors.reduce((sum, x) => sum + x * x, 0) / valueErrors.length),
    excessValueError: 0.1,
    fixedPointError: aggregation === 'none' ? 3 : 1e-9,
    return: null,
    valueGap: null
  }
  const column = Float64Array.from(valueErrors)
  return {
    aggregation,
    round: 400,
    swarm,
    tail: swarm,
    peers: {
      consensusError: column,
      valueError: column,
      excessValueError: column,
      fixedPointError: column,
      return: null,
      valueGap: null
    },
    traffic: { messages: 1600, bytes: 444_800, missing, dropped: missing > 0 ? { malformed: 2 } : {} },
    perPeer,
    seconds: 2
  }
}

function outcome(here: number[], alone: number[], more: Partial<Outcome> = {}, missing = 0): Outcome {
  const { experiment } = resolve({ peers: here.length, aggregation: 'gossip-scafflsa' })
  return {
    status: 'finished',
    experiment,
    labels: here.map((_, i) => `made-up-${i}`),
    result: result('gossip-scafflsa', here, missing),
    rivals: [result('none', alone), result('star', here)],
    divergedRivals: [],
    parameters: [],
    folder: 'runs/x',
    ...more
  }
}

describe('the final table', () => {
  test('puts alone and the star beside the run, and the gain beside each peer', () => {
    const lines = finalTable(outcome([0.2, 0.4], [0.5, 0.6])).split('\n')
    expect(lines[0]).toBe('2 peers · garnet · td · ring (lazy) · gossip-scafflsa · libp2p · seed 1')
    expect(lines[2]).toBe('beside it, simulated with the same seed: alone, star')
    expect(lines[4]).toMatch(/value error +consensus +fixed point +messages +bytes +busiest$/)
    expect(lines[5]).toMatch(/^gossip-scafflsa +0\.316 +0\.500 +1\.00e-9 +1,600 +445 kB +1\.50 kB$/)
    expect(lines.slice(6, 8).map(line => line.split(' ')[0])).toEqual(['alone', 'star'])
    expect(lines.find(line => line.includes('made-up-0'))).toMatch(/ 0\.200 +0\.500 +0\.200 +2\.50× /)
  })

  test.each([
    [[0.2, 0.4], [0.5, 0.6], 'Federation helped every peer: gain (value error alone ÷ here) 1.50× to 2.50×.'],
    [[0.2, 0.4], [0.5, 0.3], 'Federation helped 1 of 2 peers, 1 does better alone: gain'],
    [[0.2, 0.4], [0.5, 0.4], 'Federation helped 1 of 2 peers, the others are as well off alone: gain'],
    [[0.2, 0.4], [0.2, 0.4 - 1e-12], 'Federation changed the value error of no peer.'],
    [[3e-15, 2e-15], [1e-15, 4e-15], 'Federation changed the value error of no peer.'],
    [[0.2, 0.4], [0.1, 0.3], 'Federation made the value error of every peer worse than learning alone:'],
    [[0.2, 0.4], [0.1, 0.3], 'Where environments differ, no common θ can be right for all of them.'],
    [[0.2, 0.4], [0.1, 0.3], "All peers reached one common point, the federation's θ*, to 1.00e-9."]
  ])('of peers with errors %j, alone %j, says: %s', (here, alone, sentence) => {
    expect(finalTable(outcome(here, alone))).toContain(sentence)
  })

  test('never hides that messages were missing or dropped', () => {
    const text = finalTable(outcome([0.2, 0.4], [0.5, 0.6], {}, 7))
    expect(text).toContain('7 messages did not come in time')
    expect(text).toContain('the control variates no longer sum to zero')
    expect(text).toContain('2 messages were dropped: malformed.')
  })

  test('of many peers shows those that gain least and most', () => {
    const alone = Array.from({ length: 100 }, (_, i) => 0.3 + i / 100)
    const text = finalTable(
      outcome(
        alone.map(() => 0.2),
        alone
      )
    )
    expect(text).toContain('… 90 peers between …')
    expect(text).toMatch(/\n +0 +made-up-0 .*1\.50×/)
    expect(text).toMatch(/\n +99 +made-up-99 .*6\.45×/)
    expect(text).not.toContain('made-up-50')
  })

  test('says nothing of a gain where there is nobody to gain from', () => {
    expect(finalTable(outcome([0.2], [0.5]))).not.toContain('Federation')
    expect(finalTable(outcome([0.2, 0.4], [], { rivals: [] }))).not.toMatch(/Federation|beside it|gain/)
  })

  test('says so when no round was measured', () => {
    expect(finalTable(outcome([0.2], [0.3], { result: undefined }))).toBe('No round was measured.')
  })
})

describe('run --json', () => {
  test('has the keys of the contract, per swarm and per peer', () => {
    const json = JSON.parse(
      JSON.stringify(
        runJson(outcome([0.2, 0.4], [0.5, 0.6], { parameters: [Float64Array.of(1), Float64Array.of(2)] }))
      )
    )
    const errors = {
      consensusError: 0.5,
      excessValueError: 0.1,
      fixedPointError: 1e-9,
      return: null,
      valueGap: null
    }
    expect(json).toMatchObject({
      experiment: { peers: 2 },
      seed: '1',
      rounds: 400,
      status: 'finished',
      swarm: { ...errors, messages: 1600, bytes: 444_800, seconds: 2, tail: errors },
      rivals: [{ aggregation: 'none' }, { aggregation: 'star' }]
    })
    expect(json.swarm.gain).toBeCloseTo(Math.sqrt((0.25 + 0.36) / (0.04 + 0.16)), 12)
    expect(json.peers).toMatchObject([
      {
        peer: 0,
        environment: 'made-up-0',
        valueError: 0.2,
        gain: 2.5,
        return: null,
        parameters: [1],
        bytesOut: 0
      },
      {
        peer: 1,
        environment: 'made-up-1',
        valueError: 0.4,
        gain: 1.4999999999999998,
        parameters: [2],
        bytesOut: 500
      }
    ])
  })

  test('leaves parameters out unless they were asked for', () => {
    const json = runJson(outcome([0.2], [0.3])) as { peers: object[] }
    expect(json.peers[0]).not.toHaveProperty('parameters')
  })
})
