import { beforeAll, expect, test } from 'vitest'
import type { Scene } from '../../src/dashboard/scene.ts'
import { summaryOf } from '../../src/dashboard/summary.ts'
import { expectGolden } from '../support/golden.ts'
import { exampleScene } from '../support/scene.ts'
import { troubled } from '../support/troubled.ts'

let scene: Scene
beforeAll(async () => {
  scene = await exampleScene({ rounds: 200, name: 'Sixteen garnets' })
})

test('a run in sentences', () => {
  expectGolden('summary', `${summaryOf(scene)}\n\n${summaryOf(troubled(scene))}`)
})

test('it is one line of whole sentences, without symbols to be read aloud', async () => {
  const policy = await exampleScene({ rounds: 3, learner: 'softmax', aggregation: 'star' })
  const opening = {
    ...scene,
    status: 'opening' as const,
    now: undefined,
    stage: undefined,
    rivals: [],
    comparison: undefined
  }
  for (const some of [scene, troubled(scene), policy, opening]) {
    const text = summaryOf(some)
    expect(text).toMatch(/^[A-Z][^\n×→·–]*\.$/)
    expect(text).not.toMatch(/NaN|undefined|null/)
  }
})

test('who is lost, who has stopped, whom it waits for', () => {
  const text = summaryOf(troubled(scene))
  expect(text).toContain('Peer 3 is lost; peer 5 is stopped. The swarm waits for peer 9.')
  expect(summaryOf(scene)).toContain('All take part.')
})

test('whether federation helps', () => {
  expect(summaryOf(scene)).toMatch(/Federation helps: the value error alone is [\d.]+, [\d.]+ times ours/)
  const { alone } = scene.comparison!
  const swarm = { ...alone!.swarm, valueError: alone!.swarm.valueError! / 10 }
  const comparison = { ...scene.comparison!, alone: { ...alone!, swarm } }
  expect(summaryOf({ ...scene, comparison })).toContain('Federation does harm')
})
