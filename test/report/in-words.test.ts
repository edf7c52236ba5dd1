import { expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { counted, experienceInWords, roundInWords } from '../../src/report/in-words.ts'
import type { Outcome, Result } from '../../src/session/protocol.ts'

test('one is singular, all others are plural', () => {
  expect([0, 1, 2, 12_800].map(number => counted(number, 'round'))).toEqual([
    '0 rounds',
    '1 round',
    '2 rounds',
    '12,800 rounds'
  ])
})

test('a round of one local step has one step', () => {
  const of = (localSteps: number): string => roundInWords(resolve({ localSteps }).experiment)
  expect(of(1)).toMatch(/^1 local step \(/)
  expect(of(10)).toMatch(/^10 local steps \(/)
})

test('what peers lived through in the mean is counted in whole episodes and steps', () => {
  const { experiment } = resolve({})
  const outcome = { experiment, status: 'finished' } as Outcome
  const experience = { episodes: 1.2, steps: 30 }
  expect(experienceInWords(outcome, { round: 1, experience } as Result).join(' ')).toContain(
    '1 episode, 30 steps'
  )
})
