import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { drawLog } from '../../../src/dashboard/panels/log.ts'
import type { LogEntry } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW } from '../../../src/dashboard/view.ts'
import { expectGolden } from '../../support/golden.ts'
import { exampleScene } from '../../support/scene.ts'

const scene = await exampleScene({ rounds: 2, peers: 4 })

const LOG: readonly LogEntry[] = [
  { round: 0, kind: 'note', text: 'placement: clustered has no effect, all environments are of one type' },
  { round: 100, kind: 'fault', text: 'peer 3 is killed' },
  { round: 132, kind: 'trouble', text: 'waiting for peers 3, 7' },
  {
    round: 150,
    kind: 'fault',
    text: 'the swarm falls apart: {0, 1, 2, 3, 4, 5, 6, 7} {8, 9, 10, 11, 12, 13, 14, 15}'
  },
  { round: 1200, kind: 'fault', text: 'all links are healed' },
  { round: 1210, kind: 'trouble', text: 'messages are dropped as late' }
]

function surfaceOf(
  log: readonly LogEntry[],
  width: number,
  height: number,
  scroll = 0,
  symbols: Symbols = 'braille'
) {
  const surface = new Surface(width, height, symbols)
  drawLog(surface.area, { ...scene, log }, { ...FIRST_VIEW, scroll: { peer: 0, log: scroll } })
  return surface
}

const linesOf = (...options: Parameters<typeof surfaceOf>): string[] =>
  surfaceOf(...options)
    .text.split('\n')
    .map(line => line.slice(2, -2).trimEnd())

const numbered = (count: number): LogEntry[] =>
  Array.from({ length: count }, (_, round) => ({ round, kind: 'note', text: `entry ${round}` }))

test.each([
  ['log-60x20', 60, 20, 0],
  ['log-78x10', 78, 10, 0],
  ['log-58x6', 58, 6, 0],
  ['log-58x6-scrolled', 58, 6, 2]
] as const)('%s', (name, width, height, scroll) => {
  expectGolden(name, surfaceOf(LOG, width, height, scroll).text)
})

test('without entries no fault has happened', () => {
  expect(linesOf([], 40, 5)[1]).toBe('no faults so far')
})

test('the newest entry is the last line', () => {
  const lines = linesOf(numbered(50), 40, 7)
  expect(lines.slice(1, -1)).toEqual([45, 46, 47, 48, 49].map(round => `${round}   entry ${round}`))
  expect(lines.at(-1)).toContain('▲ 45 older')
  expect(lines.at(-1)).not.toContain('newer')
})

test('scrolled up by some lines it ends with an older one, and says how many are newer', () => {
  const lines = linesOf(numbered(50), 40, 7, 10)
  expect(lines.at(-2)).toBe('39   entry 39')
  expect(lines.at(-1)).toContain('▲ 35 older  ▼ 10 newer')
})

test('scrolled beyond its beginning it shows the beginning', () => {
  const lines = linesOf(numbered(50), 40, 7, 1000)
  expect(lines[1]).toBe(' 0   entry 0')
  expect(lines.at(-1)).not.toContain('older')
})

test('a long text goes on below itself, none of its words is lost', () => {
  const words = Array.from({ length: 30 }, (_, k) => `word${k}`)
  const lines = linesOf([{ round: 12, kind: 'note', text: words.join(' ') }], 40, 20).slice(1, -1)
  expect(lines[0]).toMatch(/^12 {3}word0 /)
  expect(lines[1]).toMatch(/^ {5}word/)
  expect(lines.join(' ').trim().split(/\s+/).slice(1)).toEqual(words)
})

test('faults and troubles are marked, and styled, as what they are', () => {
  const lines = linesOf(LOG, 80, 12)
  expect(lines[2]).toBe('  100 ! peer 3 is killed')
  expect(lines[3]).toBe('  132 × waiting for peers 3, 7')
  const styled = surfaceOf(LOG, 80, 12).ansi('16').split('\n')
  expect(styled[2]).toContain('\x1b[1;93m! peer 3 is killed')
  expect(styled[3]).toContain('\x1b[1;91m× waiting for peers 3, 7')
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

test('it draws whatever the size and the texts are, in ASCII if it has to', () => {
  const entry = fc.record({
    round: fc.nat(1e9),
    kind: fc.constantFrom('note', 'fault', 'trouble'),
    text: fc.string({ unit: awkward, maxLength: 60 })
  })
  const size = fc.integer({ min: 1, max: 90 })
  fc.assert(
    fc.property(fc.array(entry), size, size, fc.nat(), (log, width, height, scroll) => {
      const lines = surfaceOf(log, width, height, scroll, 'ascii').text.split('\n')
      expect(lines).toHaveLength(height)
      for (const line of lines) expect(line).toMatch(/^[ -~]*$/)
    })
  )
})
