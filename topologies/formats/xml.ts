/**
 * The elements of an XML text, in the order in which they end: as much of XML as files of plain data use. There are no
 * document type declarations, and so no entities but the five of XML itself; prefixes of names are read over.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import { quoted } from './listed-graph.ts'

export interface XmlElement {
  /** The names from the root to this element, as in `graphml/graph/edge`. */
  readonly path: string
  readonly attributes: ReadonlyMap<string, string>
  /** Its own text, without that of the elements in it. */
  readonly text: string
  /** Where it begins. */
  readonly line: number
}

const NAME = `[^\\s=/<>"'&!?]+`
const VALUE = `"[^"<]*"|'[^'<]*'`
/** One at a time: an element may have more of them than a pattern can repeat. */
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(${VALUE})`, 'y')
const END_OF_TAG = /\s*(\/?)>/y
/** What is skipped, literal text, the name of what ends, the name of what begins, text. */
const TOKEN = new RegExp(
  [
    '<!--[^]*?-->|<\\?[^]*?\\?>',
    '<!\\[CDATA\\[([^]*?)\\]\\]>',
    `</(${NAME})\\s*>`,
    `<(${NAME})`,
    '([^<]+)'
  ].join('|'),
  'y'
)

/** Nothing that lists a graph is nested deeper. */
const MOST_DEPTH = 100

/** Throws an ExperimentError with the line of what is not XML, or more of XML than is read here. */
export function* xmlElements(text: string, file: string): Generator<XmlElement> {
  const open: (XmlElement & { name: string; text: string })[] = []
  const refuse = (line: number, reason: string): never => {
    throw new ExperimentError(`${file}:${line}: ${reason}`)
  }
  const startOfLineAfter = (at: number): number => {
    const found = text.indexOf('\n', at)
    return found < 0 ? Number.POSITIVE_INFINITY : found + 1
  }
  const notUnderstood = (at: number): never =>
    refuse(line, `"${quoted(text.slice(at, at + 40))}" is not XML that is understood here`)
  const matchAt = (pattern: RegExp, at: number): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  let line = 1
  let nextLine = startOfLineAfter(0)
  let roots = 0
  for (let at = 0; at < text.length; ) {
    while (nextLine <= at) {
      line++
      nextLine = startOfLineAfter(nextLine)
    }
    const token = matchAt(TOKEN, at)
    if (token === null) return notUnderstood(at)
    const [, literal, ended, name, plain] = token
    const inside = open.at(-1)
    if (name !== undefined) {
      if (inside === undefined && roots++ > 0) refuse(line, `<${quoted(name)}> after the end of the root`)
      const bare = name.replace(/^.*:/, '')
      const path = inside === undefined ? bare : `${inside.path}/${bare}`
      if (open.length === MOST_DEPTH) refuse(line, `elements in each other, more than ${MOST_DEPTH} deep`)
      const attributes = new Map<string, string>()
      let next = TOKEN.lastIndex
      for (let given = matchAt(ATTRIBUTE, next); given !== null; given = matchAt(ATTRIBUTE, next)) {
        const [, key = '', value = ''] = given
        attributes.set(key, decoded(value.slice(1, -1), `${file}:${line}`))
        next = ATTRIBUTE.lastIndex
      }
      const [, empty] = matchAt(END_OF_TAG, next) ?? notUnderstood(at)
      at = END_OF_TAG.lastIndex
      const element = { name, path, attributes, text: '', line }
      if (empty === '') open.push(element)
      else yield element
      continue
    }
    at = TOKEN.lastIndex
    if (ended !== undefined) {
      if (inside?.name !== ended) return refuse(line, `</${quoted(ended)}> ends nothing that began`)
      open.pop()
      yield inside
    } else if (literal !== undefined || (plain !== undefined && /\S/.test(plain))) {
      if (inside === undefined) return refuse(line, `"${quoted(token[0])}" is outside of the root`)
      inside.text += literal ?? decoded(token[0], `${file}:${line}`)
    }
  }
  const left = open.at(-1)
  if (left !== undefined) refuse(left.line, `<${quoted(left.name)}> does not end`)
  if (roots === 0) refuse(line, 'there is no element')
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"]
])

function decoded(text: string, place: string): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    const [, hexadecimal, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? []
    const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    const known = code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES.get(name)
    if (known !== undefined && whole.endsWith(';')) return known
    throw new ExperimentError(`${place}: "${quoted(whole)}" is none of &amp; &lt; &gt; &quot; &apos; &#…;`)
  })
}
