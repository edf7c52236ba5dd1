import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Progress } from '../../src/cells/compute.ts'
import { keptIn } from '../../src/cells/kept.ts'
import { type Reproduction, runFigure } from '../../src/reproduce/run-figure.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { alone, squares } from './small-figure.ts'

interface Ran {
  readonly found: Reproduction | undefined
  /** The cells that were computed. */
  readonly computed: unknown[]
  readonly progress: Progress[]
}

/** Runs `squares`; interrupted while so many cells are done and the next is computed. */
async function run(folder: string, { interruptAt = -1, fresh = false } = {}): Promise<Ran> {
  const stopping = new AbortController()
  const computed: unknown[] = []
  const progress: Progress[] = []
  const kept = keptIn(folder, { of: squares.name, fresh })
  const crew = alone(squares, settings => {
    if (computed.length === interruptAt) stopping.abort()
    else computed.push(settings)
  })
  const onProgress = (each: Progress) => progress.push(each)
  const found = await runFigure(squares, false, { crew, kept, onProgress, signal: stopping.signal })
  return { found, computed, progress }
}

const cellsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.json'))
    .toSorted()

const valuesOf = ({ found }: Ran): number[] | undefined => found?.claims[0]?.checks.map(({ ours }) => ours)

describe('what was interrupted', () => {
  test('goes on with what is missing, and comes to the same', async () => {
    const folder = temporaryFolder()
    const interrupted = await run(folder, { interruptAt: 4 })
    expect(interrupted.found).toBeUndefined()
    expect(interrupted.computed).toEqual([0, 1, 2, 3])
    const resumed = await run(folder)
    expect(resumed.computed).toEqual([4, 5])
    expect(resumed.found?.reused).toBe(4)
    const whole = await run(temporaryFolder())
    expect(whole.computed).toEqual([0, 1, 2, 3, 4, 5])
    expect({ ...resumed.found, reused: 0 }).toEqual(whole.found)
    expect(valuesOf(whole)).toEqual([0, 1, 4, 9, 16, 25])
  })

  test('does again what is torn', async () => {
    const folder = temporaryFolder()
    await run(folder)
    const [first, second] = cellsIn(folder)
    truncateSync(join(folder, String(first)), 9)
    truncateSync(join(folder, String(second)), 0)
    const resumed = await run(folder)
    expect(resumed.computed).toHaveLength(2)
    expect(valuesOf(resumed)).toEqual([0, 1, 4, 9, 16, 25])
    expect((await run(folder)).computed).toEqual([])
  })

  test('is replaced by whoever wants it fresh', async () => {
    const folder = temporaryFolder()
    await run(folder)
    const before = cellsIn(folder)
    expect((await run(folder, { fresh: true })).computed).toHaveLength(6)
    expect(cellsIn(folder)).toEqual(before)
    expect((await run(folder)).computed).toEqual([])
  })
})

test('progress goes from nothing to all of it, by the work that was estimated', async () => {
  const { progress } = await run(temporaryFolder())
  expect(progress.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(progress.map(({ fraction }) => fraction)).toEqual([0, 1, 2, 3, 4, 5, 6].map(k => k / 6))
  expect(progress.every(({ cells, estimate }) => cells === 6 && estimate === 6)).toBe(true)
})

test('what a cell throws is thrown, and what was done before is kept', async () => {
  const folder = temporaryFolder()
  const kept = keptIn(folder, { of: squares.name, fresh: false })
  const crew = alone(squares, settings => {
    if (settings === 3) throw new Error('no square of 3')
  })
  await expect(runFigure(squares, false, { crew, kept })).rejects.toThrow('no square of 3')
  expect((await run(folder)).computed).toEqual([3, 4, 5])
})
