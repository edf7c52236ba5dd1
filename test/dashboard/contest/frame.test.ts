import { describe, expect, test } from 'vitest'
import { drawContest } from '../../../src/dashboard/contest/frame.ts'
import type { ContestScene } from '../../../src/dashboard/contest/scene.ts'
import { type ContestView, FIRST_CONTEST_VIEW } from '../../../src/dashboard/contest/view.ts'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { contestScene } from '../../support/contest-scene.ts'
import { expectGolden } from '../../support/golden.ts'

const ESCAPE = '\x1b'

const running = contestScene(33)
const over = contestScene(50, { isOver: true, done: 50, fraction: 1, secondsToGo: undefined })
const single: ContestScene = { ...over, problems: over.problems.slice(0, 1) }
const tuning = contestScene(0, { phase: 'tuning', part: 2, parts: 3, secondsToGo: undefined })

function drawn(
  scene: ContestScene,
  [columns, rows]: readonly [number, number] = [120, 40],
  view: Partial<ContestView> = {},
  symbols: Symbols = 'braille'
) {
  return drawContest(scene, { ...FIRST_CONTEST_VIEW, ...view }, columns, rows, symbols)
}

describe('a frame', () => {
  test.each([
    ['contest-80x24', running, [80, 24], {}, 'braille'],
    ['contest-120x40', running, [120, 40], {}, 'braille'],
    ['contest-200x60', over, [200, 60], { problem: 1, horizontal: 'seconds' }, 'braille'],
    ['contest-single-80x24', single, [80, 24], { horizontal: 'busiestBytes' }, 'braille'],
    ['contest-asked-120x40', running, [120, 40], { problem: 1, scale: 'linear', isAsked: true }, 'block'],
    ['contest-tuning-80x24', tuning, [80, 24], {}, 'braille'],
    ['contest-ascii-80x24', running, [80, 24], { horizontal: 'samples' }, 'ascii'],
    ['contest-60x14', running, [60, 14], {}, 'braille']
  ] as const)('%s', (name, scene, size, view, symbols) => {
    const { text } = drawn(scene, size, view, symbols)
    expectGolden(name, text)
    expect(text.split('\n')).toHaveLength(size[1])
  })

  test('says what it needs where there is no room', () => {
    expect(drawn(running, [30, 8]).text).toContain('needs 40 × 12')
  })

  test('without colours has nothing but what stands out by its weight', () => {
    const codes = [
      ...drawn(running)
        .ansi('none')
        .matchAll(new RegExp(`${ESCAPE}\\[([\\d;]+)m`, 'g'))
    ].map(([, code]) => code)
    expect(new Set(codes)).toEqual(new Set(['1', '2', '7', '22', '27', '1;7', '27;22']))
  })
})

describe('the table', () => {
  const linesOf = (scene: ContestScene, view: Partial<ContestView> = {}): string[] =>
    drawn(scene, [120, 40], view).text.split('\n')
  const named = (lines: readonly string[], label: string): number =>
    lines.findIndex(line => line.includes(` ${label}  `))

  test('has the best first, and rows move when others become better', () => {
    const before = linesOf(contestScene(2))
    const corrected = named(before, 'ring, gossip-scafflsa')
    for (const label of ['alone', 'ring, gossip']) expect(named(before, label)).toBeLessThan(corrected)
    expect(before[corrected]).toMatch(/│ +– {2}d ring, gossip-scafflsa .* 0\/5/)
    const now = linesOf(over)
    for (const label of ['alone', 'ring, gossip'])
      expect(named(now, label)).toBeGreaterThan(named(now, 'ring, gossip-scafflsa'))
  })

  test('says who diverged', () => {
    expect(linesOf(over, { problem: 1 }).find(line => line.includes('e star-scafflsa'))).toMatch(
      /– +e star-scafflsa +diverged/
    )
  })

  test('scrolls with the selection, and says which part is seen', () => {
    const name = tuning.problems[0]?.rows[20]?.name ?? ''
    const { text } = drawn(tuning, [80, 24], { selected: name })
    expect(text).toContain(name)
    expect(text).toMatch(/ 1[0-9]–2[0-9] of 25 /)
    expect(drawn(tuning, [80, 24]).text).toMatch(/ 1–7 of 25 /)
  })

  test('says what ranks are where two have the same', () => {
    const shared = (size: readonly [number, number]): string => {
      const [problem] = single.problems
      const rows = problem!.rows.map((row, k) => ({ ...row, rank: k === 0 ? 1 : 2 }))
      return drawn({ ...single, problems: [{ ...problem!, rows }] }, size).text
    }
    expect(shared([80, 24])).toContain(' rank: 1 + how many are better seed by seed ')
    expect(shared([44, 24])).not.toContain('rank: 1')
    const distinct = single.problems[0]!.rows.map(({ rank }) => rank)
    expect(distinct).toEqual([1, 2, 3, 4, 5])
    expect(drawn(single, [80, 24]).text).not.toContain('rank: 1')
  })

  test('has a word between the ends of an interval that may be negative', () => {
    const [problem] = single.problems
    const interval = { low: -105.25, high: -9.15 }
    const rows = problem!.rows.map(row => ({ ...row, final: { value: -50, interval } }))
    const scene: ContestScene = { ...single, problems: [{ ...problem!, metric: 'return', rows }] }
    const lines = drawn(scene, [200, 60]).text.split('\n')
    expect(lines.find(line => line.includes(' alone '))).toMatch(/ −50\.00 +−105\.3 to −9\.15 +0 B /)
  })

  test('has the selected row inverse', () => {
    const inverse = (view: Partial<ContestView>): string[] =>
      drawn(over, [120, 40], view)
        .ansi('none')
        .split('\n')
        .filter(line => new RegExp(`│${ESCAPE}\\[(1;)?7m`).test(line))
    expect(inverse({})).toHaveLength(1)
    expect(inverse({})[0]).toMatch(/scafflsa/)
    expect(inverse({ selected: 'alone' })[0]).toMatch(/alone/)
  })

  test('has the interval where there is room, and on narrow terminals names and figures', () => {
    expect(drawn(over, [200, 60]).text).toMatch(/95 % +busiest +time +seeds/)
    const narrow = drawn(over, [44, 24]).text
    expect(narrow).toMatch(/value error/)
    expect(narrow).not.toMatch(/95 %|busiest +time/)
  })
})

describe('the chart', () => {
  const row = (scene: ContestScene, k: number) => scene.problems[0]!.rows[k]!

  test('has a letter at the end of every curve', () => {
    const lines = drawn(single, [120, 40]).text.split('\n')
    const plot = lines.map(line => line.slice(72)).join('\n')
    for (const letter of 'abcde') expect(plot).toMatch(new RegExp(`${letter} *[a-e]* *│`))
  })

  test('has letters only where there is room', () => {
    const crowd = Array.from({ length: 60 }, (_, mark) => ({ ...row(single, 0), name: `c${mark}`, mark }))
    const many: ContestScene = { ...single, problems: [{ ...single.problems[0]!, rows: crowd }] }
    const plot = drawn(many, [120, 40])
      .text.split('\n')
      .slice(3, -4)
      .map(line => line.slice(80))
    const letters = plot.join('').match(/[a-zA-Z0-9]/g) ?? []
    expect(letters.length).toBeGreaterThanOrEqual(8)
    expect(letters.length).toBeLessThanOrEqual(20)
    expect(plot.join('')).toContain('a')
  })

  test('has the selected curve over all others, and thicker', () => {
    const styles = (selected: string) =>
      drawn(single, [120, 40], { selected })
        .ansi('256')
        .match(new RegExp(`${ESCAPE}\\[1m[⠀-⣿]+`, 'g'))
    expect(styles('alone')?.join('').length).toBeGreaterThan(20)
    expect(styles('alone')).not.toEqual(styles('ring, gossip'))
  })

  test('is not stretched by one that runs away', () => {
    const away = { ...row(single, 0), name: 'away', mark: 9 }
    const far = { ...away.curve, values: away.curve.values.map((value, k) => value * 10 ** k) }
    const scene: ContestScene = {
      ...single,
      problems: [{ ...single.problems[0]!, rows: [...single.problems[0]!.rows, { ...away, curve: far }] }]
    }
    const axis = (each: ContestScene) => drawn(each).text.match(/[\d.e-]+ ┤/g)
    expect(axis(scene)?.length).toBeGreaterThan(3)
    expect(Math.max(...(axis(scene) ?? []).map(Number.parseFloat))).toBeLessThanOrEqual(50)
  })

  test.each([
    ['rounds', / rounds ─╯/],
    ['samples', / samples of a peer ─╯/],
    ['busiestBytes', / bytes of the busiest, logarithmic ─╯/],
    ['seconds', / seconds at wan, logarithmic ─╯/]
  ] as const)('says that it goes over %s', (horizontal, wanted) => {
    expect(drawn(over, [120, 40], { horizontal }).text).toMatch(wanted)
  })

  test('has the same error further to the right the more it costs', () => {
    const lines = drawn(single, [160, 40], { horizontal: 'busiestBytes' }).text.split('\n')
    const column = (letter: string): number =>
      Math.max(...lines.slice(3, -3).map(line => line.slice(100).lastIndexOf(letter)))
    expect(column('d')).toBeLessThan(column('e'))
    expect(column('a')).toBeLessThan(column('d'))
  })

  test('says that nothing is done yet', () => {
    expect(drawn(tuning).text).toContain('no run is done yet')
  })
})

test('the header says which phase it is, how far it is, and how long it still takes', () => {
  const lines = (scene: ContestScene, columns = 160): string[] => drawn(scene, [columns, 40]).text.split('\n')
  expect(lines(running)[0]).toMatch(/compare {2}made & up {2}5 contenders · 5 seeds · seconds at wan/)
  expect(lines(running)[1]).toMatch(
    /▶ running +with the given step size .*33 of 50 runs {2}12 s passed · about 9.0 s to go$/
  )
  expect(lines(running)[2]).toMatch(/ similar 18\/25 +opposite <peers> 15\/25/)
  expect(lines(over)[1]).toMatch(/● finished .*50 of 50 runs {2}12 s passed$/)
  expect(lines(tuning)[1]).toContain('part 2 of 3: looking for the best step sizes')
  expect(lines({ ...running, phase: 'tuned', part: 3, parts: 3 })[1]).toMatch(
    /part 3 of 3: with the best step size of each .*in this part$/
  )
  expect(lines({ ...running, phase: 'modelled' })[1]).toContain('in the simulator, for the bytes')
  expect(lines(single)[2]).toMatch(/^╭/)
  expect(lines(running, 80)[1]).toMatch(/ 33\/50 {2}12 s · 9.0 s to go$/)
})
