/** Keys of closed swarms: who does not have it cannot even begin to talk. The text is that of libp2p's key files. */

const VERSION = '/key/swarm/psk/1.0.0/'
const CODING = '/base16/'
const DIGITS = 64

/** The key in this text, as libp2p takes it, or what is wrong with the text. The key itself is not repeated. */
export function swarmKeyOf(text: string): Uint8Array | string {
  const [version, coding, digits = '', ...rest] = text.trimEnd().split(/\r?\n/)
  if (version !== VERSION) return `its first line is not ${VERSION}`
  if (coding !== CODING) return `its second line is not ${CODING}`
  if (!/^[0-9a-f]*$/i.test(digits)) return 'its third line has other characters than hexadecimal digits'
  if (digits.length !== DIGITS) return `its third line has ${digits.length} digits instead of ${DIGITS}`
  if (rest.length > 0) return 'it has more than three lines'
  return new TextEncoder().encode([VERSION, CODING, digits.toLowerCase()].join('\n'))
}
