import { expect, test } from 'vitest'
import { capabilitiesOf } from '../../src/dashboard/terminal.ts'

test.each([
  [
    { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' },
    { colours: '256', symbols: 'braille' }
  ],
  [
    { TERM: 'xterm', LANG: 'C.utf8' },
    { colours: '16', symbols: 'braille' }
  ],
  [
    { TERM: 'xterm', COLORTERM: 'truecolor' },
    { colours: '256', symbols: 'braille' }
  ],
  [{ TERM: 'xterm-256color', NO_COLOR: '1' }, { colours: 'none' }],
  [{ TERM: 'xterm-256color', NO_COLOR: '' }, { colours: '256' }],
  [
    { TERM: 'linux', LANG: 'en_US.UTF-8' },
    { colours: '16', symbols: 'ascii' }
  ],
  [{ TERM: 'xterm', LC_ALL: 'C', LANG: 'en_US.UTF-8' }, { symbols: 'ascii' }],
  [{ TERM: 'dumb' }, { colours: 'none', symbols: 'ascii' }]
])('%j shows %j', (environment, capabilities) => {
  expect(capabilitiesOf(environment)).toMatchObject(capabilities)
})

test('what the user says about symbols counts', () => {
  expect(capabilitiesOf({ TERM: 'linux' }, 'block').symbols).toBe('block')
})
