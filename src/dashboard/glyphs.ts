/** The characters that things are drawn with, by what the terminal's font has. All are one cell wide. */

/** What curves, bars and frames are made of. */
export const SYMBOLS = ['braille', 'block', 'ascii'] as const
export type Symbols = (typeof SYMBOLS)[number]

export interface Glyphs {
  readonly horizontal: string
  readonly vertical: string
  readonly topLeft: string
  readonly topRight: string
  readonly bottomLeft: string
  readonly bottomRight: string
  /** A tick on a vertical axis. */
  readonly tick: string
  /** From empty to full: sparklines and levels. */
  readonly levels: readonly string[]
  readonly full: string
  /** Of a bar of progress: what is done, and what is not. */
  readonly done: string
  readonly open: string
  readonly up: string
  readonly down: string
  /** Of a column that is sorted by. */
  readonly ascending: string
  readonly descending: string
  readonly running: string
  readonly paused: string
}

const UNICODE: Glyphs = {
  horizontal: '─',
  vertical: '│',
  topLeft: '╭',
  topRight: '╮',
  bottomLeft: '╰',
  bottomRight: '╯',
  tick: '┤',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  full: '█',
  done: '━',
  open: '─',
  up: '▲',
  down: '▼',
  ascending: '↑',
  descending: '↓',
  running: '▶',
  paused: '‖'
}

export const GLYPHS: Readonly<Record<Symbols, Glyphs>> = {
  braille: UNICODE,
  block: UNICODE,
  ascii: {
    horizontal: '-',
    vertical: '|',
    topLeft: '+',
    topRight: '+',
    bottomLeft: '+',
    bottomRight: '+',
    tick: '+',
    levels: ['_', '.', ':', '-', '=', '+', '*', '#'],
    full: '#',
    done: '=',
    open: '.',
    up: '^',
    down: 'v',
    ascending: '^',
    descending: 'v',
    running: '>',
    paused: '='
  }
}

const PLAIN: Readonly<Record<string, string>> = {
  '·': '-',
  '×': 'x',
  '÷': '/',
  '–': '-',
  '−': '-',
  '…': '~',
  '≥': '>',
  '✕': 'X',
  '╳': 'x',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '●': '*',
  '○': 'o',
  '⏎': '<',
  θ: 't',
  ξ: 'x',
  Σ: 'S',
  '‖': '|',
  μ: 'u',
  µ: 'u',
  ρ: 'r',
  π: 'p'
}

/** The character in its place where only ASCII is shown. */
export const plain = (character: string): string =>
  character >= ' ' && character <= '~' ? character : (PLAIN[character] ?? '?')

/** Characters of no width, of two cells, or that control the terminal: names of environments may hold them. */
const AWKWARD =
  /[\p{C}\p{M}\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{3fffd}]/u

/** The same text with one cell per character. */
export function narrow(text: string): string {
  let result = ''
  for (const character of text) result += AWKWARD.test(character) ? '?' : character
  return result
}
