/** What a module of a user threw, as one line that says where in its file. */
import { existsSync, realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** `Cannot read properties of undefined (reading 'push') (line 12)`: the message, and the innermost line of `file` in the stack. */
export function mistakeIn(file: string, error: unknown): string {
  if (!(error instanceof Error)) return `it throws ${String(error)}`
  const [message = ''] = error.message.replace(/^assertion failed: /, '').split('\n')
  const line = lineIn(file, error)
  return message + (line === undefined ? '' : ` (line ${line})`)
}

/** The innermost line of `file` in the stack of an error; undefined where it does not come from there. */
export function lineIn(file: string, { stack = '' }: Error): number | undefined {
  const path = existsSync(file) ? realpathSync(file) : file
  const names = [path, pathToFileURL(path).href]
  for (const frame of stack.split('\n')) {
    for (const name of names) {
      const at = frame.indexOf(`${name}:`)
      if (at >= 0) return Number.parseInt(frame.slice(at + name.length + 1), 10)
    }
  }
  return undefined
}
