import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { reproduceCommand } from '../../src/cli/reproduce.ts'
import { type ReproduceOptions, reproduceOptions } from '../../src/cli/reproduce-request.ts'
import { verdictLines } from '../../src/cli/reproduce-text.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { FIGURES } from '../../src/reproduce/index.ts'
import { alone, squares, wrong } from '../reproduce/small-figure.ts'
import { elementsOf } from '../reproduce/well-formed.ts'
import { murmur } from '../support/murmur.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

afterEach(() => vi.restoreAllMocks())

async function reproduce(
  name: string,
  options: Partial<ReproduceOptions> = {}
): Promise<{ code: number; text: string; folder: string }> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  write.mockClear()
  const folder = options.folder ?? temporaryFolder()
  const all = { json: false, quick: false, fresh: false, jobs: 1, svg: undefined, folder, ...options }
  const figure = name === 'wrong' ? wrong : squares
  const code = await reproduceCommand(name, all, { figures: [squares, wrong], crew: alone(figure) })
  return { code, text: write.mock.calls.map(([text]) => String(text)).join(''), folder }
}

describe('a figure', () => {
  test('whose claims hold is said to, drawn, and ends with 0', async () => {
    const { code, text, folder } = await reproduce('squares')
    expect(code).toBe(0)
    const svg = join(folder, 'squares', 'squares.svg')
    expect(text.split('\n')).toEqual([
      'squares: Squares of numbers.',
      'paper     Anybody, long ago',
      'settings  Numbers 0 … 5.',
      '',
      '✓ they are less than 100',
      '        reference  it is    allowed   ours',
      ...['0    ', '1.00 ', '4.00 ', '9.00 ', '16.00', '25.00'].map(
        (ours, x) => `  of ${x}          0  derived  ≤ 100    ${ours.trim().padStart(5)}  ok`
      ),
      '',
      'the claim holds',
      `drawn: ${svg}`,
      ''
    ])
    expect(elementsOf(readFileSync(svg, 'utf8')).length).toBeGreaterThan(10)
  })

  test('of which a claim fails ends with 1', async () => {
    const { code, text } = await reproduce('wrong')
    expect(code).toBe(1)
    expect(text).toMatch(/^✗ they are less than 100$/m)
    expect(text).toMatch(/^ {2}of 0 .* ok$/m)
    expect(text).toMatch(/^ {2}of 1 .* NO$/m)
    expect(text).toMatch(/^1 of 1 claims fails$/m)
  })

  test('is told as one JSON object', async () => {
    const { code, text } = await reproduce('wrong', { json: true, quick: true })
    expect(code).toBe(1)
    const { claims, ...rest } = JSON.parse(text)
    expect(rest).toMatchObject({
      figure: 'wrong',
      quick: true,
      ok: false,
      reused: 0,
      settings: ['Numbers 0 … 2.']
    })
    expect(claims[0].checks[1]).toEqual({
      what: 'of 1',
      ours: 101,
      reference: 0,
      source: 'derived',
      low: null,
      high: 100,
      allowed: '≤ 100',
      ok: false
    })
  })

  test('is drawn where one likes, and its quick form keeps nothing', async () => {
    const folder = temporaryFolder()
    const svg = join(folder, 'deep', 'my.svg')
    await reproduce('squares', { folder, svg, quick: true })
    expect(existsSync(svg)).toBe(true)
    expect(existsSync(join(folder, 'squares'))).toBe(false)
  })

  test('that was computed before says so', async () => {
    const { folder } = await reproduce('squares')
    const { text } = await reproduce('squares', { folder })
    expect(text).toMatch(/^note: 6 of 6 cells were computed before; --fresh computes all of them again\.$/m)
  })

  test('keeps its cells beside those of others, which are not taken for its own', async () => {
    const { folder } = await reproduce('squares')
    expect(readdirSync(folder).toSorted()).toEqual(['cells', 'squares'])
    expect(readdirSync(join(folder, 'squares'))).toEqual(['squares.svg'])
    const { text } = await reproduce('wrong', { folder })
    expect(text).not.toContain('computed before')
    expect(text).toMatch(/^1 of 1 claims fails$/m)
  })

  test('that nobody knows is refused with the nearest', async () => {
    await expect(reproduce('sqares')).rejects.toThrow(
      new ExperimentError(
        'reproduce: unknown figure "sqares"; did you mean "squares"? Allowed: list, squares, wrong'
      )
    )
  })
})

test('a table comes after the verdicts: headings as wide as they are, what the columns are below', () => {
  const table = {
    legend: 'Of numbers x.',
    header: [['', 'x', 'x²']],
    rows: [['small numbers'], ['  one', '1', '1'], ['  ten', '10', '100']]
  }
  const found = { ...squares.judge([{ settings: 1, result: 1 }], true), reused: 0, table }
  const lines = verdictLines(found, 1)
  expect(lines.slice(lines.indexOf('', 1) + 1)).toEqual([
    '        x   x²',
    'small numbers',
    '  one   1    1',
    '  ten  10  100',
    'Of numbers x.',
    '',
    'the claim holds'
  ])
})

test.each(['0', '1.5', 'many', '1000'])('--jobs %s is refused', jobs => {
  expect(() => reproduceOptions({ jobs })).toThrow(/^--jobs: is ".*", must be a number of threads, 1 to 256$/)
})

test('the list has all figures, in lines of a terminal', () => {
  const { code, stdout } = murmur(temporaryFolder(), 'reproduce', 'list')
  expect(code).toBe(0)
  for (const { name } of FIGURES) expect(stdout).toContain(`${name} `)
})

test('a quick form on the command line is no wider than a terminal', () => {
  const folder = temporaryFolder()
  const { code, stdout } = murmur(folder, 'reproduce', 'heterogeneity', '--quick', '--jobs', '2')
  expect(code).toBe(0)
  expect(Math.max(...stdout.split('\n').map(line => [...line].length))).toBeLessThanOrEqual(80)
  expect(existsSync(join(folder, 'runs', 'reproduce', 'heterogeneity', 'heterogeneity.svg'))).toBe(true)
})
