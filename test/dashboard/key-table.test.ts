import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { keyTable } from '../../src/dashboard/key-table.ts'
import { BINDINGS, bindingsOf } from '../../src/dashboard/keys.ts'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))
const BETWEEN = /(?<=<!-- keys -->\n)[\s\S]*?(?=<!-- \/keys -->)/

test('the table has a row per binding, with all its keys', () => {
  const [head, rule, ...rows] = keyTable().split('\n')
  expect(head).toBe('| key | what it does | where |')
  expect(rule).toBe('|---|---|---|')
  expect(rows).toHaveLength(BINDINGS.length)
  for (const [k, { keys, long, of }] of BINDINGS.entries()) {
    for (const key of keys) expect(rows[k]).toContain(`\`${key}\``)
    expect(rows[k]).toContain(`| ${long} | ${of} |`)
  }
})

test('README has the table between its markers', () => {
  const before = readFileSync(README, 'utf8')
  expect(before, 'README has the markers <!-- keys --> and <!-- /keys -->').toMatch(BETWEEN)
  if (process.env.UPDATE_GOLDEN === '1')
    writeFileSync(
      README,
      before.replace(BETWEEN, () => `${keyTable()}\n`)
    )
  expect(readFileSync(README, 'utf8').match(BETWEEN)?.[0]).toBe(`${keyTable()}\n`)
})

test.each([false, true])('no key means two things (over a record: %s)', isRecord => {
  const keys = bindingsOf(isRecord).flatMap(binding => binding.keys)
  expect(new Set(keys).size).toBe(keys.length)
})
