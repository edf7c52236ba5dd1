import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { computeCells } from '../../src/cells/compute.ts'
import type { Crew } from '../../src/cells/crew.ts'
import { keptIn } from '../../src/cells/kept.ts'
import { RunError } from '../../src/core/errors.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

const open = (folder: string, { of = 'squares', fresh = false } = {}) => keptIn(folder, { of, fresh })

describe('a result', () => {
  test('is found by its settings, in a file of its own that is named by their digest', () => {
    const folder = join(temporaryFolder(), 'deep', 'cells')
    const kept = open(folder)
    kept.keep({ settings: { x: 1 } }, [1])
    kept.keep({ settings: { x: 2 } }, { square: 4 })
    const found = filesIn(folder).map(file => file.slice(folder.length + 1))
    expect(found).toHaveLength(2)
    for (const file of found) expect(file).toMatch(/^([\da-f]{2})\/\1[\da-f]{22}\.json$/)
    const again = open(folder)
    expect(again.find({ settings: { x: 1 } })).toEqual([1])
    expect(again.find({ settings: { x: 2 } })).toEqual({ square: 4 })
    expect(again.find({ settings: { x: 3 } })).toBeUndefined()
  })

  test('is found by others who have the folder open already', () => {
    const folder = temporaryFolder()
    const [one, other] = [open(folder), open(folder)]
    one.keep({ settings: 1 }, 'one')
    expect(other.find({ settings: 1 })).toBe('one')
    other.keep({ settings: 1 }, 'other')
    expect(one.find({ settings: 1 })).toBe('other')
  })

  test('is nobody else’s, though settings are the same', () => {
    const folder = temporaryFolder()
    open(folder).keep({ settings: 1 }, 1)
    expect(open(folder, { of: 'cubes' }).find({ settings: 1 })).toBeUndefined()
  })

  test.each(['', '{"settings":1,"resu', 'null', '[]', '{}', '\u0000'])(
    'that reads %j is absent, and is written anew',
    text => {
      const folder = temporaryFolder()
      open(folder).keep({ settings: 1 }, 1)
      const [file = ''] = filesIn(folder)
      writeFileSync(file, text)
      const kept = open(folder)
      expect(kept.find({ settings: 1 })).toBeUndefined()
      kept.keep({ settings: 1 }, 7)
      expect(open(folder).find({ settings: 1 })).toBe(7)
      expect(filesIn(folder)).toEqual([file])
    }
  )

  test('does not count for whoever wants it fresh, until it is kept anew', () => {
    const folder = temporaryFolder()
    open(folder).keep({ settings: 1 }, 'before')
    const kept = open(folder, { fresh: true })
    expect(kept.find({ settings: 1 })).toBeUndefined()
    kept.keep({ settings: 1 }, 'anew')
    expect(kept.find({ settings: 1 })).toBe('anew')
    expect(open(folder).find({ settings: 1 })).toBe('anew')
  })

  test('is no longer one when a file that decides it, too, says something else', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'graph.txt')
    const cell = { settings: { path: file }, files: [file] }
    const cells = join(folder, 'cells')
    writeFileSync(file, '0 1')
    open(cells).keep(cell, 1)
    expect(open(cells).find(cell)).toBe(1)
    writeFileSync(file, '0 1\n1 2')
    expect(open(cells).find(cell)).toBeUndefined()
    writeFileSync(file, '0 1')
    expect(open(cells).find(cell)).toBe(1)
    rmSync(file)
    expect(open(cells).find(cell)).toBeUndefined()
  })

  test('that cannot be written is told with its file, and leaves nothing behind', () => {
    const folder = temporaryFolder()
    const kept = open(folder)
    kept.keep({ settings: 1 }, 1)
    const [file = ''] = filesIn(folder)
    rmSync(file)
    mkdirSync(join(file, 'in the way'), { recursive: true })
    expect(() => kept.keep({ settings: 1 }, 1)).toThrow(RunError)
    expect(() => kept.keep({ settings: 1 }, 1)).toThrow(`the record cannot be written: ${file}: `)
    expect(filesIn(folder)).toEqual([])
  })
})

test('two who compute the same cells at once share them: nothing is computed after another has kept it', async () => {
  const folder = temporaryFolder()
  const cells = Array.from({ length: 20 }, (_, settings) => ({ settings, seconds: 1 }))
  const computed: unknown[] = []
  const crew = (): Crew => ({
    size: 1,
    compute: async settings => {
      computed.push(settings)
      // Whoever is second has its turn.
      await Promise.resolve()
      return `result ${settings}`
    },
    dismiss: async () => {}
  })
  const both = await Promise.all([
    computeCells(cells, { crew, kept: open(folder) }),
    computeCells(cells.toReversed(), { crew, kept: open(folder) })
  ])
  const [one, other] = both.map(({ results }) => results)
  expect(one).toEqual(cells.map(({ settings }) => `result ${settings}`))
  expect(other).toEqual(one?.toReversed())
  expect(computed.length).toBeLessThanOrEqual(21)
  for (const file of filesIn(folder)) expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('result')
})
