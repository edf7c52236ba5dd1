const MOST_SHOWN = 120

/** Text from outside, as a terminal may get it: control characters spelled out. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, control => `\\x${(control.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`)

/** Text from outside, as a message quotes it: not longer than a line or so. */
export const shortened = (text: string): string =>
  text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
