import { describe, expect, test } from 'vitest'
import { KEEPING_NOTHING } from '../../src/cells/kept.ts'
import { LINE_WIDTH } from '../../src/cli/lines.ts'
import { verdictLines } from '../../src/cli/reproduce-text.ts'
import { drawFigure } from '../../src/drawing/draw-figure.ts'
import { figureCrew } from '../../src/reproduce/crew.ts'
import { holds, isMet } from '../../src/reproduce/figure.ts'
import { FIGURES } from '../../src/reproduce/index.ts'
import { runFigure } from '../../src/reproduce/run-figure.ts'
import { elementsOf } from './well-formed.ts'

/** Of what a check is called: more would make lines wider than a terminal. */
const MOST_CHARACTERS = 30

describe.concurrent.each(FIGURES)('$name', figure => {
  test('holds in its quick form, and is drawn', async ({ expect }) => {
    const found = await runFigure(figure, true, {
      crew: () => figureCrew(figure.name, 1),
      kept: KEEPING_NOTHING
    })
    const { claims = [], panels = [] } = found ?? {}
    expect(claims.length).toBeGreaterThan(0)
    const failed = claims.flatMap(({ claim, checks }) =>
      checks
        .filter(each => !isMet(each))
        .map(({ what, ours, allowed }) => `${claim}: ${what}: ${ours}, ${allowed}`)
    )
    expect(failed).toEqual([])
    expect(claims.every(holds)).toBe(true)
    const names = claims.flatMap(({ checks }) => checks.map(({ what }) => what))
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(MOST_CHARACTERS)
    const lines = found === undefined ? [] : verdictLines(found, 1)
    expect(Math.max(...lines.map(line => [...line].length))).toBeLessThanOrEqual(LINE_WIDTH)
    const svg = drawFigure(figure.title, figure.paper, panels)
    expect(elementsOf(svg).filter(name => name === 'svg')).toHaveLength(1 + panels.length)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('says in few words what is compared', ({ expect }) => {
    expect(figure.name).toMatch(/^[a-z-]+$/)
    for (const quick of [true, false]) {
      expect(figure.settings(quick).length).toBeGreaterThan(0)
      const keys = figure.cells(quick).map(({ settings }) => JSON.stringify(settings))
      expect(new Set(keys).size).toBe(keys.length)
      for (const { seconds } of figure.cells(quick)) expect(seconds).toBeGreaterThan(0)
    }
  })
})

test('the same bits come from one thread and from three', async () => {
  const figure = FIGURES.find(({ name }) => name === 'theorem-fixed-point')
  const foundBy = (threads: number) =>
    figure && runFigure(figure, true, { crew: () => figureCrew(figure.name, threads), kept: KEEPING_NOTHING })
  const found = await foundBy(1)
  expect(found?.claims.length).toBeGreaterThan(0)
  expect(await foundBy(3)).toEqual(found)
})

test('names are unique', () => {
  expect(new Set(FIGURES.map(({ name }) => name)).size).toBe(FIGURES.length)
})
