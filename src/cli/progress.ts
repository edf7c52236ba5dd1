/** Progress on stderr: one line that is rewritten on a terminal, a line every few seconds elsewhere. */

import type { SwarmErrors } from '../interfaces.ts'
import { duration, figure } from '../report/format.ts'

const PIPE_INTERVAL_MS = 2000

export interface Progress {
  update(round: number, swarm: SwarmErrors, seconds: number): void
  /** A line that stays. */
  say(text: string): void
  end(): void
}

export function progressLine(rounds: number, stream: NodeJS.WriteStream): Progress {
  let shown = ''
  let lastMs = Number.NEGATIVE_INFINITY
  let previous = { round: 0, seconds: 0 }
  const clear = (): void => {
    if (shown !== '') stream.write('\r\x1b[2K')
    shown = ''
  }
  return {
    update(round, swarm, seconds) {
      const now = performance.now()
      if (!stream.isTTY && now - lastMs < PIPE_INTERVAL_MS && round < rounds) return
      lastMs = now
      const rate = (round - previous.round) / Math.max(seconds - previous.seconds, 1e-9)
      previous = { round, seconds }
      const error =
        swarm.valueError === null
          ? `return ${figure(swarm.return)}`
          : `value error ${figure(swarm.valueError)}`
      const toGo = round < rounds ? ` · ${duration((rounds - round) / rate)} to go` : ''
      const text = `round ${round}/${rounds} · ${rate.toFixed(0)} rounds/s · ${error} · consensus error ${figure(swarm.consensusError)}${toGo}`
      if (stream.isTTY) {
        shown = text.slice(0, (stream.columns ?? 80) - 1)
        stream.write(`\r\x1b[2K${shown}`)
      } else stream.write(`${text}\n`)
    },
    say(text) {
      clear()
      stream.write(`${text}\n`)
    },
    end: clear
  }
}
