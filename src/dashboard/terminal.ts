/** What the terminal can show, from what its environment says. */
import type { Symbols } from './glyphs.ts'
import type { Colours } from './styles.ts'

export interface Capabilities {
  readonly colours: Colours
  readonly symbols: Symbols
}

type Environment = Readonly<Record<string, string | undefined>>

/** `symbols` overrides what is guessed. */
export function capabilitiesOf(environment: Environment, symbols?: Symbols): Capabilities {
  return { colours: coloursOf(environment), symbols: symbols ?? symbolsOf(environment) }
}

/** NO_COLOR, if not empty, is obeyed: https://no-color.org */
function coloursOf({ NO_COLOR, FORCE_COLOR, COLORTERM, TERM = '' }: Environment): Colours {
  if (FORCE_COLOR === '0' || (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb') return 'none'
  const isRich =
    /truecolor|24bit/.test(COLORTERM ?? '') || /256|kitty|alacritty|ghostty|foot|direct/.test(TERM)
  return isRich || FORCE_COLOR === '2' || FORCE_COLOR === '3' ? '256' : '16'
}

/** The console of Linux has hardly any characters beyond its code page, and other locales than UTF-8 none. */
function symbolsOf({ LC_ALL, LC_CTYPE, LANG, TERM, WT_SESSION }: Environment): Symbols {
  if (TERM === 'linux' || TERM === 'dumb') return 'ascii'
  const locale = [LC_ALL, LC_CTYPE, LANG].find(value => value !== undefined && value !== '')
  if (WT_SESSION !== undefined || locale === undefined) return 'braille'
  return /utf-?8/i.test(locale) ? 'braille' : 'ascii'
}
