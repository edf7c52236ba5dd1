/** The keys as a Markdown table, for README. */
import { BINDINGS } from './keys.ts'

/** A row per binding: its keys, what they do, and whether in a run, over a record, or both. Without a newline at its end. */
export function keyTable(): string {
  const rows = BINDINGS.map(
    ({ keys, long, of }) => `| ${keys.map(code).join(' ')} | ${escaped(long)} | ${of} |`
  )
  return ['| key | what it does | where |', '|---|---|---|', ...rows].join('\n')
}

const escaped = (text: string): string => text.replaceAll('|', '\\|')
const code = (key: string): string => `\`${escaped(key)}\``
