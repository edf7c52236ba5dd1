/** A strict reader of XML without comments and the like: what the elements are called, in order. Throws where the text is not well-formed. */
export function elementsOf(xml: string): string[] {
  const names: string[] = []
  const open: string[] = []
  let at = 0
  const token =
    /<\/([\w-]+)>|<([\w-]+)((?:\s+[\w:-]+="(?:[^"<&]|&(?:amp|lt|gt|quot|#\d+);)*")*)\s*(\/?)>|(?:[^<>&]|&(?:amp|lt|gt|quot|#\d+);|>)+/y
  while (at < xml.length) {
    token.lastIndex = at
    const found = token.exec(xml)
    if (found === null) throw new Error(`not well-formed: ${xml.slice(at, at + 80)}`)
    const [text, closed, opened, attributes = '', isEmpty] = found
    if (closed !== undefined && open.pop() !== closed) throw new Error(`</${closed}> closes nothing`)
    if (opened !== undefined) {
      const keys = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, key]) => key)
      if (new Set(keys).size < keys.length) throw new Error(`an attribute twice: ${text}`)
      names.push(opened)
      if (isEmpty === '') open.push(opened)
    }
    if (open.length === 0 && opened === undefined && closed === undefined && text.trim() !== '')
      throw new Error(`text outside: ${text}`)
    at += text.length
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is never closed`)
  return names
}
