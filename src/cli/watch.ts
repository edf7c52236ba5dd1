/** `murmur watch`: a record on the dashboard, or its measured rounds as JSON lines. A run that goes on is followed. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ExperimentError } from '../core/errors.ts'
import { type Dashboard, openDashboard } from '../dashboard/dashboard.ts'
import type { Symbols } from '../dashboard/glyphs.ts'
import { capabilitiesOf } from '../dashboard/terminal.ts'
import { GrowingLines } from '../records/growing-lines.ts'
import { readManifest } from '../records/manifest.ts'
import { readWatched } from '../records/watched.ts'
import type { SessionNews } from '../session/protocol.ts'
import { startWatching } from '../session/start-watching.ts'
import { hasScreen } from './has-screen.ts'
import { onSignals } from './on-signals.ts'
import { sayUsed } from './say-used.ts'

const LOOK_EVERY_MS = 250

export interface WatchOptions {
  readonly json: boolean
  readonly symbols: Symbols | undefined
}

/** Returns when the user leaves, or when all is written. Throws an ExperimentError where there is nothing to watch. */
export async function watchCommand(run: string, { json, symbols }: WatchOptions): Promise<void> {
  sayUsed(run, 'watch')
  if (json) return writeLines(run)
  if (!hasScreen()) {
    throw new ExperimentError('watch: needs a terminal for the dashboard; allowed without one: --json')
  }
  await watchOnScreen(run, symbols)
}

async function watchOnScreen(run: string, symbols: Symbols | undefined): Promise<void> {
  const { experiment } = readWatched(run)
  const early: SessionNews[] = []
  let dashboard: Dashboard | undefined
  const begins = Promise.withResolvers<void>()
  const watch = startWatching(run, news => {
    if (dashboard === undefined) early.push(news)
    else dashboard.hear(news)
    if (news.kind === 'begins') begins.resolve()
  })
  const off = onSignals(() => watch.send({ kind: 'stop' }))
  try {
    // What cannot be shown is said on the normal screen.
    await Promise.race([begins.promise, watch.ended])
    dashboard = await openDashboard({
      experiment,
      isRecord: true,
      capabilities: capabilitiesOf(process.env, symbols),
      send: command => watch.send(command)
    })
    for (const news of early) dashboard.hear(news)
    await Promise.race([dashboard.left, watch.ended])
  } finally {
    await dashboard?.close()
    off()
    await watch.terminate()
  }
}

/** The lines of the record, and those that a running run adds, until it ends. */
async function writeLines(run: string): Promise<void> {
  const { folder } = readWatched(run)
  const path = join(folder, 'metrics.jsonl')
  const lines = new GrowingLines(path)
  let number = 0
  const taker = {
    begin() {
      number = 0
      process.stderr.write('the run was taken up again; its rounds follow from the first\n')
    },
    take(line: Buffer) {
      number++
      if (!isJson(line.toString())) {
        throw new ExperimentError(`${path}:${number}: is no measured round, the record is damaged`)
      }
      process.stdout.write(`${line}\n`)
    }
  }
  for (let isRunning = true; isRunning; ) {
    // Asked first, so that nothing is added after the last look.
    isRunning = readManifest(folder).status === 'running'
    lines.refresh(taker)
    if (isRunning) await pause(LOOK_EVERY_MS)
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
