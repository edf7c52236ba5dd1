import { expect, test } from 'vitest'
import { swarmKeyOf } from '../../../src/network/swarm-key.ts'

const digits = '0123456789abcdef'.repeat(4)
const text = `/key/swarm/psk/1.0.0/\n/base16/\n${digits}`

test('a key file is a version, a coding and 64 hexadecimal digits, with any ends of lines', () => {
  const key = new TextEncoder().encode(text)
  for (const file of [
    text,
    `${text}\n`,
    text.replaceAll('\n', '\r\n'),
    text.toUpperCase().replace('/KEY/SWARM/PSK', '/key/swarm/psk').replace('/BASE16', '/base16')
  ]) {
    expect(swarmKeyOf(file)).toEqual(key)
  }
})

test.each([
  ['', 'its first line is not /key/swarm/psk/1.0.0/'],
  [text.replace('1.0.0', '2.0.0'), 'its first line is not /key/swarm/psk/1.0.0/'],
  [text.replace('base16', 'base64'), 'its second line is not /base16/'],
  [text.replace('f', 'g'), 'its third line has other characters than hexadecimal digits'],
  [text.slice(0, -1), 'its third line has 63 digits instead of 64'],
  [`${text}00`, 'its third line has 66 digits instead of 64'],
  ['/key/swarm/psk/1.0.0/\n/base16/\n', 'its third line has 0 digits instead of 64'],
  [`${text}\nmore`, 'it has more than three lines']
])('a text that is no key says why: %j', (file, reason) => {
  expect(swarmKeyOf(file)).toBe(reason)
})
