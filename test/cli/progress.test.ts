import { expect, test } from 'vitest'
import { progressLine } from '../../src/cli/progress.ts'
import { sampleAt } from '../support/samples.ts'

/** Progress of 9 rounds of 2 peers, and what it has written on a terminal of so many columns. */
function onTerminal(columns: number) {
  const written: string[] = []
  const write = (text: string) => written.push(text)
  const progress = progressLine({ rounds: 9, peers: 2 }, { isTTY: true, columns, write })
  return { progress, shown: () => written.at(-1)?.replace('\r\x1b[2K', '') }
}

test('progress says how far the run is, its errors, who is stopped and what is missing', () => {
  const { progress, shown } = onTerminal(200)
  const { traffic, ...sample } = sampleAt(1)
  progress.update(1, { ...sample, traffic })
  expect(shown()).toBe('round 1/9 · value error 1.50 · consensus 0.100')
  progress.update(1, { ...sample, stopped: [1], traffic: { ...traffic, missing: 1200 } })
  expect(shown()).toBe(
    'round 1/9 · value error 1.50 · consensus 0.100 · peer 1 stopped · 1,200 messages missing'
  )
})

test('while a round is held up it says for whom, and how far the run is', () => {
  const { progress, shown } = onTerminal(200)
  progress.waiting([0, 1])
  expect(shown()).toBe('waiting for peers 0, 1')
  progress.update(4, undefined)
  progress.waiting([2])
  expect(shown()).toBe('waiting for the hub · round 4/9')
})

test('a line is never longer than the terminal is wide', () => {
  const { progress, shown } = onTerminal(20)
  progress.update(1, sampleAt(1))
  expect(shown()).toBe('round 1/9 · value e')
})
