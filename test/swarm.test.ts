/** What the round loop does with those who stop and return. */
import { describe, expect, test } from 'vitest'
import { td } from '../peers/learners/td.ts'
import { strideOf } from '../src/core/parameter-matrix.ts'
import { run } from './support/run.ts'

const PEER = 2
const raw = { peers: 5, rounds: 20, localSteps: 3, stepSize: 0.1, sampling: 'iid', seed: 'returns' }

const returning = (state: 'kept' | 'lost') => ({
  ...raw,
  faults: {
    events: [
      { after: 6, stop: PEER },
      { after: 11, return: PEER, state }
    ]
  }
})

/** The streams of the peer that returns. */
const wordsOf = (words: ArrayLike<number> | undefined) =>
  Array.from(words ?? []).slice(4 * PEER, 4 * PEER + 4)

describe('a peer that returns', () => {
  test.each([
    ['with its state goes on with its own streams', 'kept', 0, 6 + 9],
    ['without its state has those of its next incarnation', 'lost', 1, 9]
  ] as const)('%s', async (_, state, incarnation, rounds) => {
    const { swarm, setting } = await run(returning(state))
    // What is drawn does not depend on θ: a learner that does as many steps ends with the same streams.
    const { fleet, experiment } = setting
    const learner = td.build(fleet, experiment, td.options.parse({}))
    learner.restart(PEER, incarnation)
    const stride = strideOf(learner.parameters)
    for (let round = 0; round < rounds; round++)
      learner.run(new Float64Array(fleet.peers * stride), stride, PEER, PEER + 1, undefined)
    expect(wordsOf(swarm.state().learner.words)).toEqual(wordsOf(learner.state.words))
  })

  test('is where it was while it is stopped, and where it began after it has lost its state', async () => {
    const parametersAfter = async (rounds: number) => (await run({ ...returning('lost'), rounds })).parameters
    const [start] = [(await run({ ...raw, rounds: 1, stepSize: 1e-300, aggregation: 'none' })).parameters]
    expect((await parametersAfter(11))[PEER]).toEqual((await parametersAfter(6))[PEER])
    // Alone and without a step to speak of, it is still where it began.
    const back = await run({ ...returning('lost'), rounds: 12, stepSize: 1e-300, aggregation: 'none' })
    expect(back.parameters[PEER]).toEqual(start![PEER])
  })
})
