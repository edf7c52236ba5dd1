/** What was pressed, from Ink's words to those of `keys.ts`. */
import type { Key } from 'ink'

const NAMES: Readonly<Record<string, string>> = { ' ': 'space', '\t': 'tab', '\r': 'enter', '\n': 'enter' }

/** Usually one name; what is typed or pasted at once are several characters. */
export function pressed(input: string, key: Key): string[] {
  if (key.ctrl) return input === 'c' ? ['ctrl-c'] : []
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab']
  const named = (
    [
      [key.return, 'enter'],
      [key.escape, 'esc'],
      [key.upArrow, '↑'],
      [key.downArrow, '↓'],
      [key.leftArrow, '←'],
      [key.rightArrow, '→'],
      [key.pageUp, 'PgUp'],
      [key.pageDown, 'PgDn'],
      [key.home, 'Home'],
      [key.end, 'End'],
      [key.backspace || key.delete, 'backspace']
    ] as const
  ).find(([isPressed]) => isPressed)
  if (named !== undefined) return [named[1]]
  // Escape and what was pressed right after it come as one.
  if (key.meta) return input === '' ? [] : ['esc', ...pressed(input, { ...key, meta: false })]
  return [...input].map(character => NAMES[character] ?? character)
}
