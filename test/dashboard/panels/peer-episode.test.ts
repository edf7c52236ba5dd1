import { describe, expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { drawPeer, peerHeight } from '../../../src/dashboard/panels/peer.ts'
import { Player } from '../../../src/dashboard/player.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW } from '../../../src/dashboard/view.ts'
import { figure } from '../../../src/report/format.ts'
import { expectGolden } from '../../support/golden.ts'
import { openedScene } from '../../support/opened.ts'

const carts = await openedScene(2, {
  learner: 'reinforce:batch=2',
  environment: 'cartpole:cap=120,lengthSpread=0.3',
  peers: 4,
  localSteps: 3,
  rounds: 15
})
const episode = carts.opened.here!.view.episode!

/** The scene, so many seconds after the peer was opened. */
function playedFor(seconds: number): Scene {
  const player = new Player()
  player.at(carts.opened.here, 0)
  return { ...carts, opened: { ...carts.opened, playing: player.at(carts.opened.here, seconds) } }
}

function draw(scene: Scene, width: number, height: number, symbols: Symbols = 'braille'): string {
  const surface = new Surface(width, height, symbols)
  drawPeer(surface.area, scene, { ...FIRST_VIEW, focus: 'peer', selected: 2 })
  return surface.text
}

describe('a peer that balances a pole', () => {
  test.each([
    ['peer-cart-80x9', 80, 9, 'braille'],
    ['peer-cart-60x28', 60, 28, 'braille'],
    ['peer-cart-120x34', 120, 34, 'braille'],
    ['peer-cart-ascii-60x28', 60, 28, 'ascii']
  ] as const)('%s', (name, width, height, symbols) => {
    expectGolden(name, draw(playedFor(0.5), width, height, symbols))
  })

  test('moves', () => {
    expect(draw(playedFor(0.2), 60, 28)).not.toBe(draw(playedFor(0.9), 60, 28))
    expect(draw(playedFor(0.5), 60, 28)).toContain('step  25 of')
  })

  test('has its return first, then the score and the length of what is shown', () => {
    const text = draw(playedFor(0), 100, 28)
    expect(text).toContain(`return ${figure(carts.now!.sample!.peers.return![2])}`)
    const end = episode.terminated ? 'terminated' : 'truncated'
    expect(text).toContain(`score ${figure(episode.score)}  ${episode.steps} steps, ${end}`)
    expect(text).not.toContain('values by state')
  })

  test('is told in words until there is a picture, and where there is no room for one', () => {
    const text = draw(carts, 60, 28)
    expect(text).toContain(`score ${figure(episode.score)}`)
    expect(text).not.toContain('step ')
    expect(draw(playedFor(0.5), 24, 20)).not.toContain('policy of round')
  })

  test('has all else beside it or below, where figures and what they mean are shown to the end', () => {
    for (let width = 60; width <= 140; width++) {
      const text = draw(playedFor(0.5), width, 60)
      expect(text).toMatch(/ out +in +│/)
      expect(text).toMatch(/missing +\d+ /)
      expect(text).toContain('of its parameters ')
      expect(/episode.*neighbours/.test(text), `${width} columns`).toBe(width >= 94)
    }
  })

  test('is not mistaken for the peer that was shown before', () => {
    const { playing } = playedFor(0.5).opened
    const scene = { ...carts, opened: { ...carts.opened, playing: { ...playing!, peer: 3 } } }
    expect(draw(scene, 60, 28)).toBe(draw(carts, 60, 28))
  })

  test('has as many lines as can be scrolled', () => {
    const scene = playedFor(0.5)
    const height = peerHeight(scene, 58, 26)
    expect(draw(scene, 60, height + 2)).not.toContain(' lines ')
    expect(draw(scene, 60, 20)).toContain(` of ${peerHeight(scene, 58, 18)} lines `)
  })
})
