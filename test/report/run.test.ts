/** What a run says in the end, as a table and as JSON, of an outcome made up here. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { SwarmErrors } from '../../src/interfaces.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'
import { finalTable } from '../../src/report/final-table.ts'
import { runJson } from '../../src/report/run-json.ts'
import type { Outcome, Result } from '../../src/session/protocol.ts'

/** A result whose value error of peer i is `valueErrors[i]`; `given` replaces the rest. */
function result(
  aggregation: Result['aggregation'],
  valueErrors: number[],
  given: Partial<Result> = {}
): Result {
  const perPeer = emptyTraffic(valueErrors.length)
  perPeer.bytesIn.fill(1000)
  perPeer.bytesOut[1] = 500
  const swarm: SwarmErrors = {
    consensusError: 0.5,
    valueError: Math.sqrt(valueErrors.reduce((sum, x) => sum + x * x, 0) / valueErrors.length),
    excessValueError: 0.1,
    fixedPointError: aggregation === 'none' ? 3 : 1e-9,
    return: null,
    valueGap: null,
    policyDistance: null,
    entropy: null
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
      valueGap: null,
      policyDistance: null,
      entropy: null
    },
    correctionSum: null,
    best: null,
    experience: null,
    stopped: [],
    traffic: {
      messages: 1600,
      bytes: 444_800,
      missing: 0,
      refused: 0,
      dropped: {},
      waitedFor: [],
      virtualMs: 0
    },
    perPeer,
    seconds: 2,
    ...given
  }
}

function outcome(here: number[], alone: number[], more: Partial<Outcome> = {}): Outcome {
  const { experiment } = resolve({ peers: here.length, aggregation: 'gossip-scafflsa' })
  return {
    status: 'finished',
    experiment,
    labels: here.map((_, i) => `made-up-${i}`),
    withFaults: false,
    result: result('gossip-scafflsa', here),
    rivals: [result('none', alone), result('star', here)],
    divergedRivals: [],
    parameters: [],
    neighbours: [],
    replayed: undefined,
    folder: 'runs/x',
    ...more
  }
}

test('what relays pass on more than once is the price of a mesh, and no trouble', () => {
  const copies = { duplicate: 400 }
  const perPeer = emptyTraffic(2)
  perPeer.dropped.duplicate[1] = 400
  const told = (aggregation: string): string => {
    const here = result(aggregation, [1, 2], { perPeer })
    return finalTable(
      outcome([1, 2], [2, 2], { result: { ...here, traffic: { ...here.traffic, dropped: copies } } })
    )
  }
  expect(told('mesh')).toContain(
    '400 of 1,600 messages were further copies that relays passed on (1.33 times what is needed).'
  )
  expect(told('mesh')).not.toContain('dropped')
  expect(told('gossip')).toContain('Messages dropped as duplicate: 400, from peer 1 (400).')
})

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
    [[0.2, 0.4], [0.5, 0.3], 'Federation helped 1 of 2 peers, 1 does better alone:\ngain (value'],
    [
      [0.2, 0.4],
      [0.5, 0.4],
      'Federation helped 1 of 2 peers, the others are as well off alone:\ngain (value'
    ],
    [[0.2, 0.4], [0.2, 0.4 - 1e-12], 'Federation changed the value error of no peer.'],
    [[3e-15, 2e-15], [1e-15, 4e-15], 'Federation changed the value error of no peer.'],
    [[0.2, 0.4], [0.1, 0.3], 'Federation made the value error of every peer worse than learning alone:'],
    [[0.2, 0.4], [0.1, 0.3], 'Where environments differ, no common θ can be right for all of them.'],
    [[0.2, 0.4], [0.1, 0.3], "All peers reached one common point, the federation's θ*, to 1.00e-9."]
  ])('of peers with errors %j, alone %j, says: %s', (here, alone, sentence) => {
    expect(finalTable(outcome(here, alone))).toContain(sentence)
  })

  test('does not speak of one θ for all where each peer has its own', () => {
    const here = [0.2, 0.4]
    const text = finalTable(outcome(here, [0.1, 0.3], { result: result('pf-lsa', here) }))
    expect(text).toContain('It may need more rounds, or to have less in common.')
    expect(text).not.toContain('no common θ')
  })

  test('says of rounds what is not as usual: who takes part, and what is measured', () => {
    const { experiment } = resolve({ peers: 2, participation: 0.5, averaging: 'tail' })
    const table = finalTable(outcome([0.2, 0.1], [1, 0.1], { experiment }))
    expect(table).toContain(
      '400 rounds of 10 local steps (markov, participation 0.5, averaging tail) in 2.0 s'
    )
    expect(finalTable(outcome([0.2, 0.1], [1, 0.1]))).toContain(
      '400 rounds of 10 local steps (markov) in 2.0 s'
    )
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

/** Of three peers, the last of which is stopped, in a swarm in which a good deal went wrong. */
function troubled(aggregation: Result['aggregation'], correctionSum: number): Outcome {
  const peers = (first: number, second: number) => [first, second, Number.NaN]
  const perPeer = emptyTraffic(3)
  perPeer.waitedFor.set([2, 0, 12])
  perPeer.dropped.late.set([0, 0, 5])
  perPeer.dropped.malformed.set([0, 1, 2])
  const here = result(aggregation, peers(0.2, 0.4), {
    correctionSum,
    stopped: [2],
    perPeer,
    traffic: {
      messages: 1593,
      bytes: 444_800,
      missing: 7,
      refused: 0,
      dropped: { late: 5, malformed: 3 },
      waitedFor: [2],
      virtualMs: 250
    }
  })
  const textbook = result('exact-diffusion', peers(0.3, 0.3), { correctionSum: 0.39 })
  return outcome(peers(0.2, 0.4), peers(0.5, 0.6), {
    withFaults: true,
    result: here,
    rivals: [result('none', peers(0.5, 0.6)), textbook]
  })
}

describe('the final table of a run in which something went wrong', () => {
  test('says what was done without, for whom it was waited and who sent what was dropped', () => {
    const lines = finalTable(troubled('gossip-scafflsa', 2e-15)).split('\n')
    expect(lines).toContain(
      'beside it, simulated with the same seed and the same faults: alone, exact-diffusion'
    )
    expect(lines).toContain('7 of 1,600 messages did not come in time and were done without.')
    expect(lines).toContain('Waited for until the deadline, and how often: peer 2 (12), peer 0 (2).')
    expect(lines).toContain('Messages dropped as malformed: 3, from peer 2 (2), peer 1 (1).')
    expect(lines).toContain('Messages dropped as late: 5, from peer 2 (5).')
  })

  test('has no figures of peers that are stopped, and does not count them', () => {
    const text = finalTable(troubled('gossip-scafflsa', 2e-15))
    expect(text).toMatch(/^ +2 +made-up-2 +stopped +– +– +– +–$/m)
    expect(text).toContain('Federation helped every peer: gain (value error alone ÷ here) 1.50× to 2.50×.')
    expect(text).toContain(
      'Stopped in the end: peer 2; θ* and the errors are those of the 2 peers that take part.'
    )
    expect(text).toContain('All peers that take part reached one common point')
    expect(text).not.toContain('NaN')
  })

  test('says of flows that they settle, and what the same recursion without them came to', () => {
    const text = finalTable(troubled('gossip-scafflsa', 2e-15))
    expect(text).toContain('the two ends of an edge settle their flow (‖Σ ξ‖ = 2.00e-15 now).')
    expect(text).toContain(
      'The textbook recursion beside the flows, exact-diffusion: ‖Σ ξ‖ = 0.390, 1.00e-9 from θ*.'
    )
  })

  test.each([
    ['exact-diffusion', 0.39, 'no longer sum to zero (‖Σ ξ‖ = 0.390), and the point reached may be off θ*.'],
    ['star-scafflsa', 0.39, 'no longer sum to zero (‖Σ ξ‖ = 0.390), and the point reached may be off θ*.'],
    ['exact-diffusion', 1e-14, 'The control variates still sum to zero (‖Σ ξ‖ = 1.00e-14).']
  ] as const)('says of %s with ‖Σ ξ‖ = %d: %s', (aggregation, sum, sentence) => {
    expect(finalTable(troubled(aggregation, sum))).toContain(sentence)
  })

  test('names the hub, and only the worst of many', () => {
    const perPeer = emptyTraffic(8)
    perPeer.waitedFor.set([0, 1, 2, 3, 4, 5, 6, 9])
    const errors = [1, 2, 3, 4, 5, 6, 7]
    const text = finalTable(
      outcome(errors, errors, { result: result('star', errors, { perPeer, stopped: [0, 1] }) })
    )
    expect(text).toContain('how often: the hub (9), peer 6 (6), peer 5 (5), peer 4 (4), 3 more.')
    expect(text).toContain('Stopped in the end: peers 0, 1;')
  })

  test('of many peers lists those that take part', () => {
    const alone = Array.from({ length: 30 }, (_, i) => (i < 24 ? Number.NaN : 0.3 + i / 100))
    const here = alone.map(x => (Number.isNaN(x) ? x : 0.2))
    const stopped = Array.from({ length: 24 }, (_, i) => i)
    const text = finalTable(outcome(here, alone, { result: result('gossip', here, { stopped }) }))
    expect(text.match(/made-up-\d+/g)).toEqual([24, 25, 26, 27, 28, 29].map(i => `made-up-${i}`))
    expect(text).toContain('Stopped in the end: peers 0, 1, 2, 3, 4, 5, 6, 7 and 16 more;')
  })

  test('is silent where nothing went wrong', () => {
    expect(finalTable(outcome([0.2, 0.4], [0.5, 0.6]))).not.toMatch(/did not come|Waited|dropped|Σ|Stopped/)
  })
})

describe('a run that was gone through again', () => {
  const replayed = (sameParameters: boolean, missing: number): string =>
    finalTable(outcome([0.2], [0.5], { replayed: { folder: 'runs/x', sameParameters, missing } }))

  test('says whether it ended with the same parameters', () => {
    expect(replayed(true, 0)).toContain('Replayed runs/x in the simulator: the same parameters, bit for bit.')
    expect(replayed(false, 3)).toContain(
      'Replayed runs/x in the simulator (3 of its messages did not come there): the parameters are not those recorded.'
    )
  })

  test('says so in --json, too', () => {
    const again = { folder: 'runs/x', sameParameters: true, missing: 3 }
    expect(runJson(outcome([0.2], [0.5], { replayed: again }))).toMatchObject({ replayed: again })
    expect(runJson(outcome([0.2], [0.5]))).toMatchObject({ replayed: null })
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
      valueGap: null,
      policyDistance: null,
      entropy: null
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

  test('says who takes part, what did not come, for whom it was waited and what was dropped', () => {
    const json = JSON.parse(JSON.stringify(runJson(troubled('gossip-scafflsa', 2e-15))))
    expect(json.swarm).toMatchObject({
      correctionSum: 2e-15,
      missing: 7,
      refused: 0,
      waitedFor: [
        { peer: 0, deadlines: 2 },
        { peer: 2, deadlines: 12 }
      ],
      dropped: { late: 5, malformed: 3 },
      droppedBySender: [
        { peer: 1, reason: 'malformed', messages: 1 },
        { peer: 2, reason: 'malformed', messages: 2 },
        { peer: 2, reason: 'late', messages: 5 }
      ]
    })
    expect(json.peers).toMatchObject([
      { peer: 0, takesPart: true, gain: 2.5 },
      { peer: 1, takesPart: true },
      { peer: 2, takesPart: false, gain: null, valueError: null, consensusError: null }
    ])
    expect(json.rivals[1]).toMatchObject({ aggregation: 'exact-diffusion', correctionSum: 0.39 })
  })

  test('has what the peers know of their neighbours where it was asked for', () => {
    const flow = Float64Array.of(0.5, -1)
    const json = runJson(
      outcome([0.2, 0.3], [0.3, 0.4], {
        neighbours: [
          [{ neighbour: 1, weight: 0.5, silence: 3, epoch: 2, flow }],
          [{ neighbour: 0, weight: 0.25, silence: Number.POSITIVE_INFINITY, epoch: null, flow: null }]
        ]
      })
    )
    expect(JSON.parse(JSON.stringify(json)).peers).toMatchObject([
      { neighbours: [{ neighbour: 1, weight: 0.5, silence: 3, epoch: 2, flow: [0.5, -1] }] },
      { neighbours: [{ neighbour: 0, weight: 0.25, silence: null, epoch: null, flow: null }] }
    ])
    expect((runJson(outcome([0.2], [0.3])) as { peers: object[] }).peers[0]).not.toHaveProperty('neighbours')
  })
})

describe('of policies', () => {
  const none = { valueError: null, excessValueError: null, fixedPointError: null }

  /** A result in which peer i earns `returns[i]`; of simulated environments, so that there is no best to compare with. */
  function earning(
    aggregation: Result['aggregation'],
    returns: number[],
    given: Partial<Result> = {}
  ): Result {
    const column = Float64Array.from(returns)
    const mean = returns.reduce((sum, x) => sum + x, 0) / returns.length
    const swarm = {
      ...none,
      consensusError: 0.5,
      return: mean,
      valueGap: null,
      policyDistance: 0.125,
      entropy: 0.25
    }
    return result(aggregation, returns, {
      swarm,
      tail: { ...swarm, return: mean - 10 },
      peers: {
        ...none,
        consensusError: column,
        return: column,
        valueGap: null,
        policyDistance: column,
        entropy: column
      },
      best: { round: 370, return: mean + 20 },
      experience: { episodes: 1480, steps: 120_000.5 },
      ...given
    })
  }

  function told(here: number[], alone: number[], more: Partial<Outcome> = {}): Outcome {
    const { experiment } = resolve({
      peers: here.length,
      learner: 'reinforce',
      environment: 'cartpole',
      until: 'return>150'
    })
    return outcome(here, alone, {
      experiment,
      result: earning('gossip', here),
      rivals: [earning('none', alone), earning('star', here)],
      ...more
    })
  }

  test('the table has the return, the best so far with its round, and how far policies are apart', () => {
    const lines = finalTable(told([200, 100], [120, 130])).split('\n')
    expect(lines[4]).toMatch(/^ +return +best \(round\) +consensus +messages +bytes +busiest$/)
    expect(lines[5]).toMatch(/^gossip +150\.0 +170\.0 \(370\) +0\.500 +1,600 /)
    expect(lines).toContain('Policies are 0.125 apart (total variation); their entropy is 0.250 nats.')
    expect(lines.find(line => line.includes('made-up-0'))).toMatch(/ 200\.0 +120\.0 +200\.0 +\+80\.00 /)
    expect(lines.find(line => line.includes('made-up-1'))).toMatch(/ 100\.0 +130\.0 +100\.0 +−30\.00 /)
  })

  test('the gap to the best policy is there where it is known', () => {
    const swarm = { ...earning('gossip', [1, 2]).swarm, valueGap: 0.375 }
    const text = finalTable(told([1, 2], [1, 1], { result: earning('gossip', [1, 2], { swarm }) }))
    expect(text.split('\n')[4]).toMatch(/return +best \(round\) +value gap +consensus/)
    expect(text).toMatch(/^gossip +1\.50 +21\.50 \(370\) +0\.375 /m)
  })

  test.each([
    [[200, 100], [120, 90], 'Federation helped every peer: gain (return here − alone) +10.00 to +80.00.'],
    [
      [200, 100],
      [120, 130],
      'Federation helped 1 of 2 peers, 1 does better alone:\ngain (return here − alone) −30.00 to +80.00.'
    ],
    [
      [-5, -7],
      [-4, -6],
      'Federation made the return of every peer worse than learning alone:\ngain (return here − alone) −1.00.'
    ],
    [[-5, -7], [-4, -6], 'no common policy can be right for all of them'],
    [[5, 7], [5, 7], 'Federation changed the return of no peer.']
  ])('in words, where more is better: %j beside %j', (here, alone, words) => {
    expect(finalTable(told(here, alone))).toContain(words)
  })

  test('what was lived through is told, and where a target was reached that it took so much', () => {
    expect(finalTable(told([200, 100], [1, 1]))).toContain(
      'return>150 after 400 rounds: 1,480 episodes, 120,001 steps per peer, on average.'
    )
    expect(finalTable(told([200, 100], [1, 1], { status: 'target-missed' }))).toContain(
      'A peer lived through 1,480 episodes, 120,001 steps, on average.'
    )
    expect(finalTable(told([200, 100], [1, 1]))).toContain(
      'Mean of the return over the second half of the run:\ngossip 140.0, alone −9.00, star 140.0.'
    )
  })

  test('JSON says what it is measured by, and a gain is a difference', () => {
    const json = JSON.parse(JSON.stringify(runJson(told([200, 100], [120, 130]))))
    expect(json).toMatchObject({
      measure: 'return',
      swarm: {
        return: 150,
        gain: 25,
        policyDistance: 0.125,
        entropy: 0.25,
        best: { round: 370, return: 170 },
        experience: { episodes: 1480, steps: 120_000.5 }
      },
      peers: [{ gain: 80 }, { gain: -30 }]
    })
    expect(JSON.parse(JSON.stringify(runJson(outcome([0.2], [0.3]))))).toMatchObject({
      measure: 'valueError'
    })
  })
})
