/** Whose folder is whose, and what may be kept where. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CompareOptions, compareRequest } from '../../../src/cli/compare/request.ts'
import { ExperimentError } from '../../../src/core/errors.ts'
import { writeComparison } from '../../../src/records/comparison-file.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const small: CompareOptions = {
  environment: ['garnet:states=6,branching=2'],
  topology: ['ring', 'path'],
  aggregation: ['gossip'],
  peers: ['8'],
  rounds: ['60']
}

const ask = (more: CompareOptions) => compareRequest(undefined, { ...small, ...more })

/** As a command leaves it; returns the folder of all. */
function done(options: CompareOptions): string {
  const folder = temporaryFolder()
  const request = ask({ ...options, folder })
  const nothing = { runs: [], leftOut: [], tuned: null, modelled: null }
  writeComparison(request.folder, { comparison: request.comparison, ...nothing })
  return folder
}

test('runs of all comparisons are kept in one folder', () => {
  const [one, other] = [
    ask({}),
    ask({ topology: ['ring'], name: 'other', folder: join('runs', 'comparisons') })
  ]
  expect(one.cells).toBe(join('runs', 'comparisons', 'cells'))
  expect(other.cells).toBe(one.cells)
  expect(other.folder).toBe(join('runs', 'comparisons', 'other'))
  expect(ask({ folder: 'mine' }).cells).toBe(join('mine', 'cells'))
})

describe('without a name', () => {
  test('the folder is that of problems and contenders, whatever their order, the seeds and the price', () => {
    const { folder } = ask({})
    expect(folder).toMatch(/^runs\/comparisons\/[\da-f]{8}$/)
    for (const same of [
      { topology: ['path', 'ring'] },
      { seeds: '9' },
      { seeds: '7,3' },
      { price: 'lan' },
      { target: '0.1', budget: 'rounds=30', statistic: 'iqm' }
    ])
      expect(ask(same).folder).toBe(folder)
    for (const other of [{ topology: ['ring'] }, { rounds: ['61'] }, { peers: ['8', '9'] }])
      expect(ask(other).folder).not.toBe(folder)
  })
})

describe('a name', () => {
  test('is that of the folder, blanks as hyphens', () => {
    expect(ask({ name: 'two rings_2.0', folder: temporaryFolder() }).folder).toMatch(/\/two-rings_2\.0$/)
    expect(ask({ name: 'größer', folder: temporaryFolder() }).folder).toMatch(/\/größer$/)
  })

  test.each([
    '',
    ' ',
    ' a',
    'a ',
    '.',
    '..',
    '../x',
    '.hidden',
    '-x',
    'a.',
    'x/y',
    'x\\y',
    'a:b',
    'a\nb',
    'x'.repeat(101)
  ])('%j is refused: no folder is called so', name => {
    expect(() => ask({ name })).toThrow(ExperimentError)
    expect(() => ask({ name })).toThrow(/^--name: is ".*", must be at most 100 letters, digits, - and _/)
  })

  test.each(['cells', 'Cells'])('%s is refused: runs are there', name => {
    expect(() => ask({ name })).toThrow(
      `--name: is "${name}", which is the folder of the runs of all comparisons`
    )
  })

  test('of another comparison is refused, unless it is to be replaced', () => {
    const folder = done({ name: 'a b' })
    const other = { name: 'a b', folder, rounds: ['61'] }
    expect(() => ask(other)).toThrow(ExperimentError)
    expect(() => ask(other)).toThrow(
      `${join(folder, 'a-b')}: is another comparison; give this one another --name`
    )
    expect(() => ask({ ...other, rounds: ['60'], topology: ['ring'] })).toThrow('is another comparison')
    expect(ask({ ...other, fresh: true }).comparison.name).toBe('a b')
    expect(ask({ ...other, name: 'c' }).comparison.name).toBe('c')
  })

  test.each([
    [{}],
    [{ seeds: '9' }],
    [{ seeds: '5,6' }],
    [{ price: 'lan', target: '0.2', budget: 'bytes=1e6', statistic: 'iqm' }],
    [{ topology: ['path', 'ring'] }]
  ])('of the same comparison goes on, with %j', more => {
    const folder = done({ name: 'a' })
    expect(ask({ ...more, name: 'a', folder }).folder).toBe(join(folder, 'a'))
  })

  test('is free where what is there cannot be read', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a'))
    writeFileSync(join(folder, 'a', 'comparison.json'), '{"comparison":')
    expect(ask({ name: 'a', folder }).folder).toBe(join(folder, 'a'))
  })
})

test.each(['', ' '])('--folder %j is refused', folder => {
  expect(() => ask({ folder })).toThrow(`--folder: is "${folder}", must be a folder`)
})

test.each(['wan:', 'lan:'])('--price %s is refused: nothing follows the colon', price => {
  expect(() => ask({ price })).toThrow(`--price: "${price}" has no options, as wan:latencyMs=80`)
})
