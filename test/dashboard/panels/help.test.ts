import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { bindingsOf } from '../../../src/dashboard/keys.ts'
import { drawHelp, helpPages } from '../../../src/dashboard/panels/help.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW } from '../../../src/dashboard/view.ts'
import { expectGolden } from '../../support/golden.ts'
import { exampleScene } from '../../support/scene.ts'

const run = await exampleScene({ rounds: 2, peers: 4 })
const record: Scene = { ...run, isRecord: true }
const policies = await exampleScene({ rounds: 1, peers: 3, learner: 'softmax' })

function draw(
  scene: Scene,
  width: number,
  height: number,
  symbols: Symbols = 'braille',
  helpPage = 0
): string {
  const surface = new Surface(width, height, symbols)
  drawHelp(surface.area, scene, { ...FIRST_VIEW, helpPage })
  return surface.text
}

/** All pages, one after the other. */
const pages = (scene: Scene, width: number, height: number): string[] =>
  Array.from({ length: helpPages(scene, FIRST_VIEW, width, height) }, (_, page) =>
    draw(scene, width, height, 'braille', page)
  )

/** The words of the columns that are `columns` cells wide, one column after the other. */
function words(text: string, columns: readonly number[]): string {
  const lines = text.split('\n').slice(1, -1)
  return columns
    .flatMap((from, c) => lines.map(line => line.padEnd(columns.at(-1)!).slice(from, columns[c + 1])))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
}

test.each([
  ['help-80x23', run, 80, 23],
  ['help-record-80x23', record, 80, 23],
  ['help-116x29', run, 116, 29],
  ['help-policy-116x29', policies, 116, 29],
  ['help-200x54', run, 200, 54],
  ['help-60x20', run, 60, 20],
  ['help-78x10', run, 78, 10]
] as const)('%s', (name, scene, width, height) => {
  expectGolden(name, pages(scene, width, height).join('\n'))
})

describe.each([
  ['a run', run, false],
  ['a record', record, true]
] as const)('%s', (_, scene, isRecord) => {
  test.each([
    [80, 23],
    [100, 23],
    [116, 29],
    [170, 40],
    [200, 54]
  ])(
    'every key of it is on a screen of %i columns, below which is the last line (%i rows)',
    (width, rows) => {
      const text = draw(scene, width, rows)
      for (const { keys, long } of bindingsOf(isRecord)) {
        expect(text).toContain(keys.join(' '))
        expect(text).toContain(long.split(' ').slice(0, 3).join(' '))
      }
    }
  )

  test('the sentences are whole', () => {
    const text = words(draw(scene, 80, 23), [1, 41, 79])
    for (const { long } of bindingsOf(isRecord)) expect(text).toContain(long)
  })
})

test('keys of a run are not offered over a record, and the other way round', () => {
  expect(draw(record, 80, 23)).not.toContain('cut a link')
  expect(draw(run, 80, 23)).not.toContain('back by a twentieth')
})

test.each([
  [80, 23],
  [60, 20],
  [60, 12],
  [116, 29],
  [40, 8]
])('on %i columns and %i rows it goes on from page to page until everything is said', (width, height) => {
  const all = pages(run, width, height)
  const count = all.length
  expect(count).toBeGreaterThan(1)
  for (const [k, page] of all.entries()) {
    expect(page).toContain(`page ${k + 1} of ${count}: any key goes ${k + 1 === count ? 'back' : 'on'}`)
  }
  const text = all.join('\n')
  for (const { keys } of bindingsOf(false)) expect(text).toContain(keys.join(' '))
  for (const term of [
    'how to read the screen',
    'value error',
    'gain from federation',
    'at round',
    'consensus error',
    'levels',
    'marks of the map',
    'letters of the chart',
    'trouble that nobody planned'
  ]) {
    expect(text).toContain(term)
  }
})

test('a screen with room for all has one page, and a page that is not there is the last', () => {
  expect(helpPages(run, FIRST_VIEW, 200, 54)).toBe(1)
  expect(draw(run, 200, 54)).toContain(' any key goes back ')
  expect(draw(run, 80, 23, 'braille', 99)).toBe(pages(run, 80, 23).at(-1))
})

test('a large screen says what the figures, levels, marks and letters mean', () => {
  const text = words(draw(run, 200, 54), [117, 176])
  for (const term of [
    'value error',
    'gain from federation',
    'server',
    'consensus error',
    'fixed point',
    'worst peer'
  ]) {
    expect(text).toContain(term)
  }
  expect(text).toContain(
    'value error of learning alone, with the same seed and samples, ÷ value error here: above 1 federation helps'
  )
  expect(text).toMatch(/levels .*<0\.5× .*≥2×/)
  expect(text).toContain('╳ cut')
  expect(text).toContain('a alone')
})

test('of policies it explains return and value gap instead, and that a gain is a difference', () => {
  const text = words(draw(policies, 200, 54), [117, 176])
  expect(text).toContain('return')
  expect(text).toContain('return here − return of learning alone')
  expect(text).toContain('value gap')
  expect(text).toContain('entropy')
  expect(text).not.toContain('fixed point')
})

test('it draws whatever the size is, in ASCII if it has to', () => {
  const size = fc.integer({ min: 1, max: 220 })
  fc.assert(
    fc.property(fc.constantFrom(run, record, policies), size, size, (scene, width, height) => {
      const lines = draw(scene, width, height, 'ascii').split('\n')
      expect(lines).toHaveLength(height)
      for (const line of lines) expect(line).toMatch(/^[ -~]*$/)
    }),
    { numRuns: 60 }
  )
  expect(draw(run, 200, 54, 'ascii').split('?')).toHaveLength(3)
})
