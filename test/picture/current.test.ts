/** The pictures of the README show the screens as they are: the same titles, heads of columns and keys. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drawContest } from '../../src/dashboard/contest/frame.ts'
import { FIRST_CONTEST_VIEW } from '../../src/dashboard/contest/view.ts'
import { drawFrame } from '../../src/dashboard/frame.ts'
import type { Surface } from '../../src/dashboard/surface.ts'
import { FIRST_VIEW } from '../../src/dashboard/view.ts'
import { contestScene } from '../support/contest-scene.ts'
import { exampleScene } from '../support/scene.ts'

const wordsIn = (text: string): string[] => text.match(/[a-zθ][a-z÷/θ-]+/g) ?? []

/** Line by line the words of a picture. */
function linesOf(file: string): string[][] {
  const svg = readFileSync(new URL(`../../src/dashboard/${file}`, import.meta.url), 'utf8')
  const lines = new Map<number, string[]>()
  for (const [, y = '', text = ''] of svg.matchAll(/<text x="[\d.]+" y="(\d+)"[^>]*>([^<]*)<\/text>/g))
    lines.set(Number(y), [...(lines.get(Number(y)) ?? []), text])
  return [...lines].toSorted(([a], [b]) => a - b).map(([, texts]) => wordsIn(texts.join(' ')))
}

const wordsOf = ({ text }: Surface, line: number): string[] => wordsIn(text.split('\n').at(line) ?? '')

test('that of a run has the panels, columns and keys of its dashboard', async () => {
  const scene = await exampleScene({ rounds: 60 })
  const frame = drawFrame({ ...scene, status: 'paused' }, FIRST_VIEW, 120, 40, 'braille')
  const lines = linesOf('dashboard.svg')
  for (const line of [4, 5]) expect(lines.at(line)).toEqual(wordsOf(frame, line))
  // A run that is over is not paused, and does not go on.
  const keys = (words: readonly string[] | undefined) => words?.filter(word => !/^(pause|go|on)$/.test(word))
  expect(keys(lines.at(-1))).toEqual(keys(wordsOf(frame, -1)))
})

test('that of a comparison has the panels, columns, axis and keys of its screen', () => {
  const scene = contestScene(50, { isOver: true })
  const frame = drawContest(scene, { ...FIRST_CONTEST_VIEW, horizontal: 'busiestBytes' }, 120, 40, 'braille')
  const metric = (words: readonly string[] | undefined) =>
    words?.join(' ').replace('fixed point', 'value error')
  const lines = linesOf('compare.svg')
  for (const line of [1, 3, 4, -1]) expect(metric(lines.at(line))).toBe(wordsOf(frame, line).join(' '))
  // What ranks are stands before the axis where there is room.
  expect(metric(lines.at(-2))?.replace(/^rank .* seed by seed /, '')).toBe(wordsOf(frame, -2).join(' '))
})
