import { describe, expect, test } from 'vitest'
import { contestFooter } from '../../../src/dashboard/contest/footer.ts'
import { pressContest } from '../../../src/dashboard/contest/keys.ts'
import type { ContestScene } from '../../../src/dashboard/contest/scene.ts'
import { type ContestView, FIRST_CONTEST_VIEW, selectedRow } from '../../../src/dashboard/contest/view.ts'
import { contestScene } from '../../support/contest-scene.ts'

const running = contestScene(33)
const over = contestScene(50, { isOver: true })

/** What is seen after these keys, one after the other. */
function viewAfter(keys: readonly string[], scene: ContestScene = running, from: Partial<ContestView> = {}) {
  let view = { ...FIRST_CONTEST_VIEW, ...from }
  let leaves = false
  for (const key of keys) {
    const pressed = pressContest({ key, scene, view, page: 3 })
    view = pressed.view
    leaves ||= pressed.leaves
  }
  const rows = scene.problems[view.problem]?.rows ?? []
  return { ...view, leaves, row: selectedRow(rows, view) }
}

describe('the selection', () => {
  test.each([
    [[], 0],
    [['j'], 1],
    [['↓', '↓', '↑'], 1],
    [['k'], 0],
    [['PgDn'], 3],
    [['PgDn', 'PgDn'], 4],
    [['G', 'PgUp'], 1],
    [['End', 'j'], 4],
    [['G', 'g'], 0],
    [['G', 'Home'], 0]
  ] as const)('%j selects row %i', (keys, row) => {
    expect(viewAfter(keys).row).toBe(row)
  })

  test('stays with whom it is on when ranks change, and with the first until somebody is selected', () => {
    const early = contestScene(2)
    const { selected } = viewAfter(['j'], early)
    expect(selected).toBe(early.problems[0]?.rows[1]?.name)
    const rows = over.problems[0]!.rows
    expect(rows[selectedRow(rows, { ...FIRST_CONTEST_VIEW, selected })]?.name).toBe(selected)
    expect(viewAfter([], over).selected).toBeNull()
  })

  test('goes along to the next problem', () => {
    const { selected, problem, row } = viewAfter(['G', 'tab'], over)
    expect(problem).toBe(1)
    expect(over.problems[1]?.rows[row]?.name).toBe(selected)
  })
})

test.each([
  [['tab'], 1],
  [['tab', 'tab'], 0],
  [['shift-tab'], 1],
  [['→'], 1],
  [['→', '←'], 0]
])('%j shows problem %i', (keys, problem) => {
  expect(viewAfter(keys).problem).toBe(problem)
})

test('x goes through rounds, samples, bytes and seconds', () => {
  const seen = [0, 1, 2, 3, 4].map(times => viewAfter(new Array(times).fill('x')).horizontal)
  expect(seen).toEqual(['rounds', 'samples', 'busiestBytes', 'seconds', 'rounds'])
})

test('l goes from a logarithmic scale to a linear one and back', () => {
  expect([viewAfter(['l']).scale, viewAfter(['l', 'l']).scale]).toEqual(['linear', 'log'])
})

describe('leaving', () => {
  test('asks while it runs, and the same key again leaves', () => {
    expect(viewAfter(['q'])).toMatchObject({ isAsked: true, leaves: false })
    expect(viewAfter(['q', 'q']).leaves).toBe(true)
    expect(viewAfter(['q', 'enter']).leaves).toBe(true)
  })

  test('any other key takes the question away and does nothing else', () => {
    expect(viewAfter(['q', 'tab'])).toMatchObject({ isAsked: false, leaves: false, problem: 0 })
    expect(viewAfter(['q', 'esc', 'j'])).toMatchObject({ isAsked: false, leaves: false, row: 1 })
  })

  test('ctrl-c asks nothing, and when all is done q asks nothing either', () => {
    expect(viewAfter(['ctrl-c']).leaves).toBe(true)
    expect(viewAfter(['q', 'ctrl-c']).leaves).toBe(true)
    expect(viewAfter(['q'], over).leaves).toBe(true)
  })

  test('what was asked while it ran is no question when it is over', () => {
    const asked = viewAfter(['q'])
    expect(textOf(over, asked, 120)).not.toContain('not over')
  })
})

test('a key without a meaning changes nothing', () => {
  expect(viewAfter(['y', 'm', 'space', '?'])).toEqual(viewAfter([]))
})

const textOf = (scene: ContestScene, view: ContestView, width: number): string =>
  contestFooter(scene, view, width)
    .map(([text]) => text)
    .join('')

describe('the last line', () => {
  test('has the keys, and what is left out for want of room is never the way out', () => {
    expect(textOf(running, FIRST_CONTEST_VIEW, 120)).toBe(
      '↑↓ select  tab next problem  x lower axis  l log/linear  q quit'
    )
    for (const width of [40, 60, 80]) {
      const line = textOf(running, FIRST_CONTEST_VIEW, width)
      expect(line.length).toBeLessThanOrEqual(width)
      expect(line).toMatch(/q quit$/)
    }
  })

  test('has no key for problems where there is but one', () => {
    const single = { ...running, problems: running.problems.slice(0, 1) }
    expect(textOf(single, FIRST_CONTEST_VIEW, 120)).not.toContain('problem')
  })

  test('asks whether to leave', () => {
    expect(textOf(running, { ...FIRST_CONTEST_VIEW, isAsked: true }, 80)).toBe(
      'it is not over: q again ends it; what is done is kept  esc go on'
    )
  })
})
