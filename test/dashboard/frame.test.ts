import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { drawFrame, placesOf } from '../../src/dashboard/frame.ts'
import type { Scene } from '../../src/dashboard/scene.ts'
import { FIRST_VIEW, PANELS } from '../../src/dashboard/view.ts'
import { expectGolden } from '../support/golden.ts'
import { openedScene } from '../support/opened.ts'
import { exampleScene } from '../support/scene.ts'
import { troubled } from '../support/troubled.ts'

let scene: Scene
let trouble: Scene
let opened: Scene
let many: Scene
beforeAll(async () => {
  scene = await exampleScene({ rounds: 60 })
  trouble = troubled(scene)
  opened = await openedScene(3)
  many = await exampleScene({ peers: 1000, rounds: 4 })
})

describe('golden frames', () => {
  test.for([
    [80, 24],
    [120, 40],
    [200, 60]
  ] as const)('of %i × %i cells', ([columns, rows]) => {
    expectGolden(`frame-${columns}x${rows}`, drawFrame(scene, FIRST_VIEW, columns, rows, 'braille').text)
    expectGolden(
      `frame-trouble-${columns}x${rows}`,
      drawFrame(trouble, FIRST_VIEW, columns, rows, 'braille').text
    )
    expectGolden(
      `frame-opened-${columns}x${rows}`,
      drawFrame(opened, { ...FIRST_VIEW, focus: 'peer', selected: 3 }, columns, rows, 'braille').text
    )
  })

  test('of 1,000 peers', () => {
    expectGolden('frame-1000-peers', drawFrame(many, FIRST_VIEW, 120, 40, 'braille').text)
  })

  test('in ASCII, and in blocks', () => {
    expectGolden('frame-ascii', drawFrame(trouble, FIRST_VIEW, 120, 40, 'ascii').text)
    expectGolden('frame-block', drawFrame(trouble, FIRST_VIEW, 120, 40, 'block').text)
  })
})

/** Panels with how many cells each has. */
const shown = (columns: number, rows: number, view = FIRST_VIEW): string[] =>
  placesOf(scene, view, columns, rows).map(({ panel }) => panel)

describe('the places of the panels', () => {
  test.for([
    [80, 24, ['peers', 'chart']],
    [120, 40, ['peers', 'log', 'chart', 'map']],
    [200, 60, ['peers', 'log', 'chart', 'map', 'peer']],
    [80, 16, ['peers']]
  ] as const)('are more where there is more room: %i × %i', ([columns, rows, panels]) => {
    expect(shown(columns, rows)).toEqual(panels)
  })

  test('the panel that keys go to is always there', () => {
    for (const focus of PANELS) {
      for (const [columns, rows] of [
        [40, 12],
        [80, 24],
        [120, 40],
        [200, 60]
      ] as const) {
        expect(shown(columns, rows, { ...FIRST_VIEW, focus })).toContain(focus)
      }
    }
  })

  test('an enlarged panel is alone', () => {
    expect(shown(200, 60, { ...FIRST_VIEW, focus: 'chart', isEnlarged: true })).toEqual(['chart'])
  })

  test('cover the screen, and no cell twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 240 }), fc.integer({ min: 12, max: 80 }), (columns, rows) => {
        const cells = placesOf(scene, FIRST_VIEW, columns, rows)
        const area = cells.reduce((sum, { width, height }) => sum + width * height, 0)
        const top = Math.min(...cells.map(({ row }) => row))
        expect(area).toBe(columns * (rows - top - 1))
        for (const { column, row, width, height } of cells) {
          expect(column + width).toBeLessThanOrEqual(columns)
          expect(row + height).toBeLessThanOrEqual(rows - 1)
        }
      })
    )
  })
})

test('a screen that is too small says so', () => {
  for (const columns of [39, 30, 20, 12]) {
    const { text } = drawFrame(scene, FIRST_VIEW, columns, 6, 'braille')
    expect(text.replaceAll(/\s+/g, ' ').trim()).toBe(
      `the screen needs 40 × 12 cells, here are ${columns} × 6`
    )
  }
})

test('a frame can be drawn at any size, in any state of the view', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 220 }),
      fc.integer({ min: 1, max: 70 }),
      fc.constantFrom(...PANELS),
      fc.record({
        isEnlarged: fc.boolean(),
        helpPage: fc.constantFrom(null, 0, 1, 9),
        isFrozen: fc.boolean()
      }),
      (columns, rows, focus, flags) => {
        const { text } = drawFrame(trouble, { ...FIRST_VIEW, focus, ...flags }, columns, rows, 'ascii')
        expect(text).toMatch(/^[ -~\n]*$/)
        expect(text.split('\n')).toHaveLength(rows)
      }
    ),
    { numRuns: 60, seed: 4 }
  )
})
