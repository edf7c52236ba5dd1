import type { Key } from 'ink'
import { expect, test } from 'vitest'
import { pressed } from '../../src/dashboard/pressed.ts'

const key = (changes: Partial<Key> = {}): Key => ({ ...({} as Key), ...changes })

test.each([
  ['x', key(), ['x']],
  [' ', key(), ['space']],
  ['', key({ return: true }), ['enter']],
  ['', key({ escape: true }), ['esc']],
  ['', key({ tab: true }), ['tab']],
  ['', key({ tab: true, shift: true }), ['shift-tab']],
  ['', key({ upArrow: true }), ['↑']],
  ['', key({ pageDown: true }), ['PgDn']],
  ['', key({ delete: true }), ['backspace']],
  ['c', key({ ctrl: true }), ['ctrl-c']],
  ['a', key({ ctrl: true }), []],
  ['b', key({ meta: true }), ['esc', 'b']]
])('%j with %o is %j', (input, what, names) => {
  expect(pressed(input, what)).toEqual(names)
})

test('what comes at once is taken one by one', () => {
  expect(pressed('n n\r\t\t', key())).toEqual(['n', 'space', 'n', 'enter', 'tab', 'tab'])
})
