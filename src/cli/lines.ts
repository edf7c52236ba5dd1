/** Text in lines that a terminal shows as they are. */
import { printable } from '../core/printable.ts'

/** No line is longer. */
export const LINE_WIDTH = 80

/** Text broken between words into lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(text: string, width = LINE_WIDTH): string[] {
  const lines: string[] = []
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Names on the left, what there is to say of them on the right, in as many lines as it takes. */
export function factLines(facts: readonly (readonly [name: string, text: string])[]): string[] {
  const margin = Math.max(...facts.map(([name]) => name.length)) + 2
  return facts.flatMap(([name, text]) =>
    wrapped(text, LINE_WIDTH - margin).map((line, k) => (k === 0 ? name : '').padEnd(margin) + line)
  )
}

/** A line that begins with `word: `; those after it are indented as much. */
export function said(word: string, text: string): string[] {
  const margin = word.length + 2
  return wrapped(text, LINE_WIDTH - margin).map(
    (line, k) => (k === 0 ? `${word}: ` : ' '.repeat(margin)) + line
  )
}
