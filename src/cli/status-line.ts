/** A line on stderr that says how things stand: rewritten on a terminal, a line every few seconds elsewhere. */

const PIPE_INTERVAL_MS = 2000

/** What it writes on: a terminal or not. */
export type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown }

export interface StatusLine {
  /** In place of what was shown; elsewhere than on a terminal only now and then, or if it is `urgent`. */
  show(text: string, urgent?: boolean): void
  /** A line that stays. */
  say(text: string): void
  end(): void
}

export function statusLine(stream: Screen): StatusLine {
  let shown = ''
  let lastMs = Number.NEGATIVE_INFINITY

  function clear(): void {
    if (shown !== '') stream.write('\r\x1b[2K')
    shown = ''
  }

  return {
    show(text, urgent = false) {
      const now = performance.now()
      if (stream.isTTY) {
        shown = text.slice(0, (stream.columns ?? 80) - 1)
        stream.write(`\r\x1b[2K${shown}`)
      } else if (urgent || now - lastMs >= PIPE_INTERVAL_MS) {
        stream.write(`${text}\n`)
        lastMs = now
      }
    },
    say(text) {
      clear()
      stream.write(`${text}\n`)
    },
    end: clear
  }
}
