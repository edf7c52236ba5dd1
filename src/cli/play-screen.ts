/** An episode on the terminal, at its own speed, until it is over or a key ends it. */
import { setTimeout as pause } from 'node:timers/promises'
import { character } from '../drawing/canvas.ts'
import { drawSegments } from '../drawing/draw-segments.ts'
import type { Repertoire, Who } from '../policy/repertoire.ts'
import { figure } from '../report/format.ts'
import { onSignals } from './on-signals.ts'

type Symbols = Parameters<typeof character>[1]

/** Between two pictures, at least. */
const FRAME_MS = 40
/** Cells of a picture, at most; it is twice as wide as high. */
const MOST_COLUMNS = 80
const END_MS = 600

/** Nothing is shown of environments that draw nothing. */
export async function showEpisode(
  repertoire: Repertoire,
  who: Who,
  environment: number,
  symbols: Symbols
): Promise<void> {
  const frames: { readonly segments: readonly number[]; readonly score: number }[] = []
  let score = 0
  repertoire.play(who, environment, 1, (simulation, action) => {
    if (action !== null) score += simulation.reward
    const segments = simulation.draw?.()
    if (segments !== undefined) frames.push({ segments: [...segments], score })
  })
  if (frames.length === 0) return
  const { stdout, stdin } = process
  const { stepMs } = repertoire.simulated
  const ending = new AbortController()
  const hear = (key: Buffer): void => {
    // q, ctrl-c or escape.
    if (['q', '\x03', '\x1b'].includes(key.toString())) ending.abort()
  }
  const columns = Math.max(8, Math.min(MOST_COLUMNS, stdout.columns - 1, 4 * (stdout.rows - 3)))
  const rows = Math.max(2, columns >> 2)
  const off = onSignals(() => ending.abort())
  stdin.setRawMode(true)
  stdin.on('data', hear)
  stdin.resume()
  stdout.write('\x1b[?25l')
  try {
    const every = Math.max(1, Math.ceil(FRAME_MS / stepMs))
    let isFirst = true
    for (let k = 0; k < frames.length && !ending.signal.aborted; k = nextOf(k, every, frames.length)) {
      const { segments, score } = frames[k]!
      const canvas = drawSegments(segments, columns, rows)
      const lines = Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (_, column) => character(canvas.dotsAt(column, row), symbols)).join(
          ''
        )
      )
      const below = `step ${k} of ${frames.length - 1} · score ${figure(score)} · q ends it`
      const up = isFirst ? '' : `\x1b[${rows}A\r`
      stdout.write(`${up}${[...lines, below].map(line => `${line}\x1b[K`).join('\n')}`)
      isFirst = false
      const isLast = k === frames.length - 1
      await pause(isLast ? END_MS : every * stepMs, undefined, { signal: ending.signal }).catch(() => {})
    }
  } finally {
    off()
    stdin.off('data', hear)
    stdin.setRawMode(false)
    stdin.pause()
    stdout.write('\x1b[?25h\n\n')
  }
}

/** The last picture is always shown. */
const nextOf = (k: number, every: number, count: number): number =>
  k === count - 1 ? count : Math.min(k + every, count - 1)
