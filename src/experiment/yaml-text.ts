/** YAML (or JSON, which is YAML) as plain data, with the line and column of everything in it. */
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parse,
  parseDocument,
  type YAMLMap,
  type YAMLSeq
} from 'yaml'
import { ExperimentError } from '../core/errors.ts'
import type { Place } from './problem.ts'

export interface YamlText {
  readonly content: Readonly<Record<string, unknown>>
  /** `file:line:column key.key`; undefined for what is not in the text. */
  find(path: readonly PropertyKey[], of?: 'key' | 'value'): ReturnType<Place> | undefined
}

/**
 * A map of keys and values. A number under one of the keys `texts` stays as it is written. Throws an ExperimentError
 * that names `file`, line and column where the text is no YAML or no map.
 */
export function readYaml(text: string, file: string, texts: readonly string[]): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const [trouble] = [...document.errors, ...document.warnings]
  if (trouble !== undefined) {
    throw new ExperimentError(`${placeOf(trouble.pos[0])}: ${trouble.message.replace(/\s+/g, ' ')}`)
  }
  const { contents } = document
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null)) {
    throw new ExperimentError(`${placeOf(contents.range?.[0] ?? 0)}: must be keys and values, as "peers: 16"`)
  }
  return {
    content: contentOf(document, file, texts),
    find(path, of = 'value') {
      const offset = isMap(contents) ? offsetOf(contents, path, of) : undefined
      return offset === undefined ? undefined : `${placeOf(offset)} ${path.join('.')}`
    }
  }
}

/** A value as YAML reads it: a number, true, text, { a: 1 }. Throws an ExperimentError at `place`. */
export function readYamlValue(text: string, place: string): unknown {
  try {
    return parse(text, { prettyErrors: false })
  } catch (error) {
    throw new ExperimentError(`${place}: ${error instanceof Error ? error.message : error}`)
  }
}

function contentOf(
  document: Document.Parsed,
  file: string,
  texts: readonly string[]
): Record<string, unknown> {
  const { contents } = document
  if (!isMap(contents)) return {}
  try {
    const content = document.toJS() as Record<string, unknown>
    for (const key of texts) {
      const node: unknown = contents.get(key, true)
      if (isScalar(node) && typeof node.value === 'number') content[key] = node.source
    }
    return content
  } catch (error) {
    throw new ExperimentError(`${file}: ${error instanceof Error ? error.message : error}`)
  }
}

/** Where the deepest part of `path` that is in the text begins. */
function offsetOf(
  whole: YAMLMap | YAMLSeq,
  path: readonly PropertyKey[],
  of: 'key' | 'value'
): number | undefined {
  const [first, ...rest] = path
  if (isSeq(whole)) {
    const item = typeof first === 'number' ? whole.items[first] : undefined
    if (!isNode(item)) return undefined
    return (isCollection(item) ? offsetOf(item, rest, of) : undefined) ?? item.range?.[0]
  }
  const pair = whole.items.find(({ key }) => isScalar(key) && String(key.value) === first)
  if (pair === undefined || !isScalar(pair.key)) return undefined
  const { value } = pair
  const deeper = isCollection(value) && rest.length > 0 ? offsetOf(value, rest, of) : undefined
  if (deeper !== undefined) return deeper
  const flat = isScalar(value) && value.range !== undefined && value.value !== null
  const node = flat && (of === 'value' || rest.length > 0) ? value : pair.key
  return (node.range ?? undefined)?.[0]
}
