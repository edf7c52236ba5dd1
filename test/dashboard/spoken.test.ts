import { expect, test } from 'vitest'
import { spokenOf } from '../../src/dashboard/spoken.ts'
import { FIRST_VIEW } from '../../src/dashboard/view.ts'
import { exampleScene } from '../support/scene.ts'

const scene = await exampleScene({ rounds: 3, peers: 4 })
const lines = (changes = {}, view = {}): string[] =>
  spokenOf({ ...scene, ...changes }, { ...FIRST_VIEW, ...view }).split('\n')

test('sentences about the run, the selected peer and what happened last, and the keys', () => {
  const log = [{ round: 1200, kind: 'fault', text: 'peer 2 is killed' }]
  const [summary, selected, last, keys, ...more] = lines({ log }, { selected: 3 })
  expect(summary).toMatch(/^Murmuration: 4 peers.* round 3 of 3/)
  expect(selected).toMatch(/^Selected is peer 3, garnet-3: value error [\d.]+, learning\.$/)
  expect(last).toBe('Round 1,200: peer 2 is killed.')
  expect(keys).toMatch(/space pause.*q quit$/)
  expect(more).toEqual([])
})

test('a question is asked in place of the keys', () => {
  const prompt = { kind: 'quit', peer: 0, text: '', problem: '' }
  expect(lines({}, { prompt }).at(-1)).toBe('the run is not over: q stop it and leave  esc go on')
})

test('before the first round there is nothing to say of a peer', () => {
  expect(lines({ now: undefined }).some(line => line.startsWith('Selected'))).toBe(false)
})
