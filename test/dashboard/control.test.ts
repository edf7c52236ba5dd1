import { beforeAll, describe, expect, test } from 'vitest'
import { press } from '../../src/dashboard/control.ts'
import { BINDINGS, bindingsOf } from '../../src/dashboard/keys.ts'
import type { Scene } from '../../src/dashboard/scene.ts'
import { FIRST_VIEW, type View } from '../../src/dashboard/view.ts'
import { LINK, PRESENCE } from '../../src/interfaces.ts'
import type { Command } from '../../src/session/protocol.ts'
import { exampleScene } from '../support/scene.ts'

const EXTENT = { page: 5, peerLines: 10, logLines: 20, helpPages: 3 }

let scene: Scene
beforeAll(async () => {
  scene = await exampleScene({ peers: 8, rounds: 20 })
})

/** Presses keys one after the other. */
function pressing(keys: readonly string[], view: View = FIRST_VIEW, seen: Scene = scene) {
  const commands: Command[] = []
  const others: string[] = []
  let now = view
  for (const key of keys) {
    const pressed = press(key, seen, now, EXTENT)
    now = pressed.view
    for (const effect of pressed.effects) {
      if (effect.kind === 'send') commands.push(effect.command)
      else others.push(effect.kind)
    }
  }
  return { view: now, commands, others }
}

/** The same scene, but for what was observed last. */
const seen = (changes: Partial<NonNullable<Scene['now']>>): Scene => ({
  ...scene,
  now: { ...scene.now!, ...changes }
})
const with1 = (array: Uint8Array, at: number, value: number): Uint8Array =>
  array.map((old, i) => (i === at ? value : old))

describe('the table of keys', () => {
  test.each([false, true])('gives no key two meanings, over a record: %s', isRecord => {
    const keys = bindingsOf(isRecord).flatMap(({ keys }) => keys)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('every binding is obeyed, in every panel, without a mistake', () => {
    for (const { keys, of } of BINDINGS) {
      for (const focus of ['peers', 'chart', 'map', 'peer', 'log'] as const) {
        const shown = { ...scene, isRecord: of === 'record' }
        expect(() => pressing([keys[0]!], { ...FIRST_VIEW, focus }, shown)).not.toThrow()
      }
    }
  })

  test('a key without a meaning does nothing', () => {
    expect(pressing(['Z', '€', 'F1'])).toEqual({ view: FIRST_VIEW, commands: [], others: [] })
  })
})

describe('the swarm', () => {
  test('is paused and goes on', () => {
    expect(pressing(['space']).commands).toEqual([{ kind: 'pause' }])
    expect(pressing(['space'], FIRST_VIEW, seen({ isPaused: true })).commands).toEqual([{ kind: 'resume' }])
  })

  test('takes one step', () => {
    expect(pressing(['n']).commands).toEqual([{ kind: 'step' }])
  })

  test.each([
    [null, '-', 1000],
    [1000, '+', null],
    [null, '+', null],
    [20, '-', 10],
    [1, '-', 1],
    [7, '+', 10]
  ])('at a limit of %s rounds a second, %s makes it %s', (limit, key, roundsPerSecond) => {
    expect(pressing([key], FIRST_VIEW, seen({ roundsPerSecond: limit })).commands).toEqual([
      { kind: 'pace', roundsPerSecond }
    ])
  })

  test('that has ended takes no commands', () => {
    const over = { ...scene, status: 'finished' } as const
    expect(pressing(['space', 'n', '+', 'x', 'c', 'L'], FIRST_VIEW, over)).toMatchObject({ commands: [] })
  })
})

describe('a peer', () => {
  test.each([
    ['c', 'closed'],
    ['k', 'killed'],
    ['f', 'frozen']
  ])('is stopped by x and %s', (key, how) => {
    expect(pressing(['j', 'x', key])).toMatchObject({
      commands: [{ kind: 'fault', action: { stop: [1], how } }],
      view: { prompt: undefined }
    })
  })

  test('that is stopped is brought back by x, with its state or with nothing', () => {
    const stopped = seen({ presence: with1(scene.now!.presence, 2, PRESENCE.killed) })
    expect(pressing(['j', 'j', 'x', 'k'], FIRST_VIEW, stopped).commands).toEqual([
      { kind: 'fault', action: { return: [2], state: 'kept' } }
    ])
    expect(pressing(['j', 'j', 'x', 'n'], FIRST_VIEW, stopped).commands).toEqual([
      { kind: 'fault', action: { return: [2], state: 'lost' } }
    ])
  })

  test('that has not joined joins by x', () => {
    const absent = seen({ presence: with1(scene.now!.presence, 0, PRESENCE.absent) })
    expect(pressing(['x'], FIRST_VIEW, absent).commands).toEqual([{ kind: 'fault', action: { join: [0] } }])
  })

  test('is left alone by esc and by any other key', () => {
    expect(pressing(['x', 'y', 'z', 'esc'])).toMatchObject({ commands: [], view: { prompt: undefined } })
  })

  test('is opened by enter and left by esc', () => {
    expect(pressing(['enter']).view.focus).toBe('peer')
    expect(pressing(['enter', 'esc']).view.focus).toBe('peers')
  })
})

describe('a link of the selected peer', () => {
  test('is cut', () => {
    expect(pressing(['c', '1', 'enter']).commands).toEqual([
      { kind: 'fault', action: { cut: [[0, 1]], direction: 'both' } }
    ])
  })

  test('is healed where it is cut', () => {
    const at = scene.stage!.edges.findIndex(([i, j]) => i === 0 && j === 1)
    const cut = seen({ links: with1(scene.now!.links, at, LINK.cut) })
    expect(pressing(['c', '1', 'enter'], FIRST_VIEW, cut).commands).toEqual([
      { kind: 'fault', action: { heal: [[0, 1]] } }
    ])
  })

  test('must be one that it has', () => {
    const { view, commands } = pressing(['c', '4', 'enter'])
    expect(commands).toEqual([])
    expect(view.prompt?.problem).toBe('is no neighbour')
  })
})

describe('the loss of messages', () => {
  test('is set by a number', () => {
    expect(pressing(['L', '0', '.', '2', 'backspace', '3', 'enter']).commands).toEqual([
      { kind: 'fault', action: { loss: { name: 'one-way', probability: 0.3 } } }
    ])
  })

  test.each(['1', '-0.1', 'x', ''])('is not set by %j', text => {
    const { view, commands } = pressing(['L', ...text, 'enter'])
    expect(commands).toEqual([])
    expect(view.prompt?.problem).toBe('must be from 0 to below 1')
  })
})

describe('the peers', () => {
  test('are walked through, and the ends hold', () => {
    expect(pressing(['j', '↓', 'k']).view.selected).toBe(1)
    expect(pressing(['k']).view.selected).toBe(0)
    expect(pressing(['G']).view.selected).toBe(7)
    expect(pressing(['PgDn']).view.selected).toBe(5)
    expect(pressing(['G', 'g']).view.selected).toBe(0)
  })

  test('are sorted so that those that need a look come first', () => {
    expect(pressing(['s']).view).toMatchObject({ sort: 'error', isDescending: true })
    expect(pressing(['s', 's']).view).toMatchObject({ sort: 'gain', isDescending: false })
    expect(pressing(['s', 'S']).view.isDescending).toBe(false)
    const errors = [...scene.now!.sample!.peers.valueError!]
    expect(pressing(['j', 's']).view.selected).toBe(errors.indexOf(Math.max(...errors)))
  })

  test('stay at the top of the list after they were sorted, until one moves', () => {
    const isAtTop = (...keys: string[]): boolean => pressing(keys).view.isAtTop
    expect(isAtTop('s')).toBe(true)
    expect(isAtTop('s', 'j')).toBe(false)
    expect(isAtTop('s', 'j', 'S')).toBe(true)
    expect(isAtTop('s', 'G')).toBe(false)
    expect(isAtTop('s', 'G', 'g')).toBe(true)
  })

  test('are filtered while one types, and the selection is one of them', () => {
    const typing = pressing(['/', '5'])
    expect(typing.view).toMatchObject({ filter: '5', selected: 5 })
    expect(pressing(['enter'], typing.view).view).toMatchObject({ filter: '5', prompt: undefined })
    expect(pressing(['esc'], typing.view).view.filter).toBe('')
  })

  test('take letters as text while a filter is typed', () => {
    expect(pressing(['/', 'q', 'space', 'x'])).toMatchObject({ view: { filter: 'q x' }, others: [] })
  })
})

describe('the log', () => {
  test('is scrolled by lines, as far as it has more than the screen shows', () => {
    expect(pressing(['5', 'PgUp']).view.scroll.log).toBe(5)
    expect(pressing(['5', 'g']).view.scroll.log).toBe(EXTENT.logLines)
    expect(pressing(['5', 'g', 'j', 'j']).view.scroll.log).toBe(EXTENT.logLines - 2)
    expect(pressing(['5', 'g', 'G']).view.scroll.log).toBe(0)
  })
})

describe('the screen', () => {
  test('has five panels to go through', () => {
    expect(pressing(['tab']).view.focus).toBe('chart')
    expect(pressing(['shift-tab']).view.focus).toBe('log')
    expect(pressing(['3']).view.focus).toBe('map')
  })

  test('gives a panel all of it, and takes it back', () => {
    expect(pressing(['e']).view.isEnlarged).toBe(true)
    expect(pressing(['e', 'esc']).view.isEnlarged).toBe(false)
  })

  test('shows the opened peer from its first line when the panel has another size', () => {
    const scrolled = ['enter', 'j', 'j', 'j']
    expect(pressing(scrolled).view.scroll.peer).toBe(3)
    expect(pressing([...scrolled, 'e']).view.scroll.peer).toBe(0)
    expect(pressing(['enter', 'e', 'j', 'esc']).view.scroll.peer).toBe(0)
  })

  test('is covered by help page by page, which any key turns and the last closes', () => {
    expect(pressing(['?']).view.helpPage).toBe(0)
    expect(pressing(['?', 'j']).view).toMatchObject({ helpPage: 1, selected: 0 })
    expect(pressing(['?', 'Z', 'PgDn']).view.helpPage).toBe(2)
    expect(pressing(['?', 'space', '?', 'PgUp']).view.helpPage).toBe(1)
    expect(pressing(['?', 'j', 'j', 'j'])).toMatchObject({
      view: { helpPage: null, selected: 0 },
      commands: []
    })
  })

  test('comes back from help at once by esc', () => {
    expect(pressing(['?', 'esc']).view.helpPage).toBeNull()
  })

  test('is written to a file', () => {
    expect(pressing(['w']).others).toEqual(['write'])
  })

  test('is frozen, and shown on', () => {
    expect(pressing(['f']).view.isFrozen).toBe(true)
    expect(pressing(['f', 'f']).view.isFrozen).toBe(false)
  })

  test('is left at once when the run has ended, and after a question before', () => {
    expect(pressing(['q'], FIRST_VIEW, { ...scene, status: 'finished' }).others).toEqual(['leave'])
    expect(pressing(['q'])).toMatchObject({ others: [], view: { prompt: { kind: 'quit' } } })
    expect(pressing(['q', 'q']).others).toEqual(['leave'])
    expect(pressing(['q', 'esc'])).toMatchObject({ others: [], view: { prompt: undefined } })
    expect(pressing(['ctrl-c']).others).toEqual(['leave'])
    expect(pressing(['/', 'ctrl-c']).others).toEqual(['leave'])
  })

  test('is left after a question while the rivals of a complete run follow', () => {
    const comparing: Scene = { ...scene, status: 'comparing' }
    expect(pressing(['q'], FIRST_VIEW, comparing)).toMatchObject({
      others: [],
      view: { prompt: { kind: 'quit' } }
    })
    expect(pressing([' ', 'space', 'x', 'c', 'L', 'n', '+'], FIRST_VIEW, comparing).commands).toEqual([])
  })
})

describe('a record', () => {
  const record = () => ({ ...scene, isRecord: true })

  test('is played and paused, stepped and stepped back', () => {
    expect(pressing(['space'], FIRST_VIEW, record()).commands).toEqual([{ kind: 'pause' }])
    expect(pressing(['n'], FIRST_VIEW, record()).commands).toEqual([{ kind: 'step' }])
    expect(pressing(['b'], FIRST_VIEW, record()).commands).toEqual([
      { kind: 'pause' },
      { kind: 'seek', round: 19 }
    ])
  })

  test('is gone through by twentieths, to its first and its last round', () => {
    expect(pressing(['←', '→', '0', '$'], FIRST_VIEW, record()).commands).toEqual([
      { kind: 'seek', round: 19 },
      { kind: 'seek', round: 21 },
      { kind: 'seek', round: 0 },
      { kind: 'seek', round: 20 }
    ])
  })

  test('takes no faults', () => {
    expect(pressing(['x', 'k', 'L', 'c'], FIRST_VIEW, record()).commands).toEqual([])
  })

  test('is left at once', () => {
    expect(pressing(['q'], FIRST_VIEW, record()).others).toEqual(['leave'])
  })
})

test('m goes through what is measured, from what peers are compared by on', async () => {
  const through = (seen: Scene, keys: number) =>
    Array.from({ length: keys }, (_, k) => pressing(Array(k + 1).fill('m'), FIRST_VIEW, seen).view.metric)
  const values = ['consensusError', 'excessValueError', 'fixedPointError', 'valueError', 'consensusError']
  expect(through(scene, 5)).toEqual(values)
  const policy = await exampleScene({ peers: 3, rounds: 2, learner: 'softmax' })
  expect(through(policy, 5)).toEqual(['consensusError', 'valueGap', 'policyDistance', 'entropy', 'return'])
})
