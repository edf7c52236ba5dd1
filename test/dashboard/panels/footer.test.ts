import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { drawFooter } from '../../../src/dashboard/panels/footer.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW, PANELS, type Prompt, type View } from '../../../src/dashboard/view.ts'
import { exampleScene } from '../../support/scene.ts'

const run = await exampleScene({ rounds: 2, peers: 8 })
const record: Scene = { ...run, isRecord: true }
const star = await exampleScene({ rounds: 2, peers: 8, aggregation: 'star' })
const complete = await exampleScene({ rounds: 1, peers: 40, topology: 'complete' })

function surfaceOf(view: Partial<View>, width: number, scene = run, symbols: Symbols = 'braille'): Surface {
  const surface = new Surface(width, 1, symbols)
  drawFooter(surface.area, scene, { ...FIRST_VIEW, ...view })
  return surface
}

const draw = (...options: Parameters<typeof surfaceOf>): string => surfaceOf(...options).text

const asked = (kind: Prompt['kind'], text = '', problem = '', peer = 3): Partial<View> => ({
  prompt: { kind, peer, text, problem }
})

describe('keys', () => {
  test.each([
    [
      'peers',
      'space pause  ↑↓ move  enter open  x stop  s sort  / filter  -+ speed  tab panel  ? help  q quit'
    ],
    ['chart', 'space pause  e enlarge  l log/linear  m measure  -+ speed  tab panel  ? help  q quit'],
    ['map', 'space pause  enter open  x stop  c cut  L loss  e enlarge  -+ speed  tab panel  ? help  q quit'],
    ['peer', 'space pause  ↑↓ move  esc back  x stop  c cut  -+ speed  tab panel  ? help  q quit'],
    ['log', 'space pause  ↑↓ move  L loss  -+ speed  tab panel  ? help  q quit']
  ] as const)('of %s are those that its bindings name', (focus, line) => {
    expect(draw({ focus }, 120)).toBe(line)
  })

  test('over a record one plays and seeks', () => {
    const paused = { ...record, now: { ...record.now!, isPaused: true } }
    expect(draw({}, 120, paused)).toBe(
      'space play  ↑↓ move  enter open  s sort  / filter  b back  ←→ seek  -+ speed  tab panel  ? help  q quit'
    )
    expect(draw({}, 120, record)).toMatch(/^space pause /)
  })

  test('a paused run can go on', () => {
    const paused = { ...run, now: { ...run.now!, isPaused: true } }
    expect(draw({}, 120, paused)).toMatch(/^space go on /)
  })

  test('a run that is over takes no commands', () => {
    const over: Scene = { ...run, status: 'finished' }
    expect(draw({}, 120, over)).toBe('↑↓ move  enter open  s sort  / filter  tab panel  ? help  q quit')
  })

  test('as many are shown as have room, always with help and the way out', () => {
    for (const focus of PANELS) {
      const whole = draw({ focus }, 300)
      for (let width = 13; width <= whole.length; width++) {
        const line = draw({ focus }, width)
        expect(line.endsWith('? help  q quit') || width < 14).toBe(true)
        expect(whole.startsWith(line.slice(0, -'? help  q quit'.length))).toBe(true)
      }
    }
  })

  test('a large panel has its way back', () => {
    expect(draw({ focus: 'chart', isEnlarged: true }, 80)).toContain('esc back')
  })

  test('a frozen screen says so, and how to go on', () => {
    expect(draw({ isFrozen: true }, 80)).toMatch(/^the screen is frozen: f goes on {2}.*\? help {2}q quit$/)
  })

  test('under help any key leads back', () => {
    expect(draw({ helpPage: 0 }, 80)).toBe('esc back  q quit')
  })

  test('keys look like keys', () => {
    expect(surfaceOf({}, 80).ansi('16').startsWith('\x1b[1;94mspace\x1b[39;22m\x1b[2m pause')).toBe(true)
  })
})

describe('questions', () => {
  test.each([
    [asked('stop'), 'stop peer 3: c close  k kill  f freeze  esc no'],
    [asked('return'), 'peer 3 returns: k with its state  n with nothing  esc no'],
    [
      asked('link', '4'),
      'link of peer 3 to cut or heal: neighbours 2 4, type a number: 4_  enter ok  esc no'
    ],
    [asked('loss', '0.1'), 'share of messages to lose, 0 to 0.99: 0.1_  enter ok  esc no'],
    [asked('filter', 'garnet'), 'filter: garnet_  enter keep  esc show all'],
    [asked('quit'), 'the run is not over: q stop it and leave  esc go on']
  ])('%o', (view, line) => {
    expect(draw(view, 100)).toBe(line)
  })

  test('who leaves a complete run before its rivals have followed leaves without them', () => {
    expect(draw(asked('quit'), 100, { ...run, status: 'comparing' })).toBe(
      'the comparison is not over: q leave without it  esc wait'
    )
  })

  test('what is wrong with an answer stands behind it, as what is bad', () => {
    const view = asked('link', '7', 'is no neighbour')
    expect(draw(view, 80)).toBe('link of peer 3 to cut or heal: neighbours 2 4: 7_  is no neighbour')
    expect(surfaceOf(view, 80).ansi('16')).toContain('\x1b[1;91m  is no neighbour')
  })

  test('of many neighbours those are named that have room', () => {
    const line = draw(asked('link', '12'), 70, complete)
    expect(line).toMatch(/: neighbours 0 1 2 4 .* …: 12_$/)
    expect(line.length).toBeGreaterThan(65)
  })

  test('the hub has a name', () => {
    expect(draw(asked('link'), 80, star)).toContain('neighbours hub, type')
  })

  test('who has no neighbours is told', () => {
    const alone = { ...run, stage: { ...run.stage!, edges: [] } }
    expect(draw(asked('link'), 80, alone)).toContain('it has no neighbours')
  })

  test('what was typed and what is wrong with it are seen, however little room there is', () => {
    const line = draw(asked('loss', '7', 'must be from 0 to below 1'), 50)
    expect(line).toMatch(/^….* 7_ {2}must be from 0 to below 1$/)
    expect(line).toHaveLength(50)
    expect(draw(asked('filter', 'x'.repeat(39)), 20)).toBe(`…${'x'.repeat(18)}_`)
  })
})

/** Letters, and characters that are wider than a cell, have no width, or control the terminal. */
const awkward = fc.constantFrom(
  'a',
  'b',
  ' ',
  '\n',
  '\x1b',
  '\x07',
  'θ',
  '‖',
  'é',
  'e\u0301',
  '日',
  '👍',
  '\ud800'
)

test('it draws whatever the size and what was typed, in ASCII if it has to', () => {
  const prompt = fc.record({
    kind: fc.constantFrom('filter', 'loss', 'link', 'stop', 'return', 'quit'),
    peer: fc.nat(50),
    text: fc.string({ unit: awkward }),
    problem: fc.string({ unit: awkward })
  })
  const view = fc.record({
    focus: fc.constantFrom(...PANELS),
    isFrozen: fc.boolean(),
    helpPage: fc.constantFrom(null, 0, 1),
    isEnlarged: fc.boolean(),
    prompt: fc.option(prompt, { nil: undefined })
  })
  fc.assert(
    fc.property(
      view,
      fc.integer({ min: 1, max: 150 }),
      fc.constantFrom(run, record, star),
      (each, width, scene) => {
        expect(draw(each as Partial<View>, width, scene, 'ascii')).toMatch(/^[ -~]*$/)
      }
    )
  )
})
