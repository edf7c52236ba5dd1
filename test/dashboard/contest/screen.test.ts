import { expect, test } from 'vitest'
import { contestScreen } from '../../../src/dashboard/contest/screen.ts'
import type { Screen } from '../../../src/dashboard/screen.ts'
import { contestScene } from '../../support/contest-scene.ts'

/** A screen of what `told.scene` is at the moment. */
function opened() {
  const told = { scene: contestScene(10), left: 0, notes: [] as string[] }
  const host = {
    scene: () => told.scene,
    leave: () => {
      told.left++
    },
    note: (text: string) => told.notes.push(text)
  }
  return { told, screen: contestScreen(host, 'braille') }
}

const press = (screen: Screen, ...keys: string[]): void => {
  for (const key of keys) screen.press(key, 120, 40)
}

test('what is new is drawn, and nothing is where nothing is new', () => {
  const { told, screen } = opened()
  expect(screen.tick()).toBe(false)
  expect(screen.draw(120, 40).text).toContain('10 of 50 runs')
  told.scene = contestScene(20)
  expect(screen.tick()).toBe(true)
  expect(screen.draw(120, 40).text).toContain('20 of 50 runs')
  expect(screen.spoken()).toContain('20 of 50 runs')
})

test('keys change what is drawn, and leave', () => {
  const { told, screen } = opened()
  press(screen, 'x')
  expect(screen.draw(120, 40).text).toContain('samples of a peer')
  press(screen, 'q')
  expect([told.left, screen.draw(120, 40).text.includes('it is not over')]).toEqual([0, true])
  press(screen, 'q')
  expect(told.left).toBe(1)
})

test('a page is what the table shows at once', () => {
  const { told, screen } = opened()
  told.scene = contestScene(0, { phase: 'tuning' })
  screen.tick()
  screen.press('PgDn', 80, 24)
  expect(screen.spoken()).toContain('Selected is ring, gossip, step 0.5')
})

test('what others print is passed on', () => {
  const { told, screen } = opened()
  screen.note('a warning')
  expect(told.notes).toEqual(['a warning'])
})
