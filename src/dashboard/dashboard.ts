/** The dashboard on this terminal: told of a run or a record, it shows it until it is left. */
import { existsSync, writeFileSync } from 'node:fs'
import type { Experiment } from '../experiment/schema.ts'
import type { Command, SessionNews } from '../session/protocol.ts'
import { drawFrame } from './frame.ts'
import { clock, type Live, openScreen } from './live.ts'
import { runScreen } from './run-screen.ts'
import { Store } from './store.ts'
import { summaryOf } from './summary.ts'
import type { Capabilities } from './terminal.ts'

/** What a screen reader is told of at once. */
const URGENT: ReadonlySet<SessionNews['kind']> = new Set(['note', 'happened', 'waiting', 'comparing'])

/** What is looked at, and how. */
export interface DashboardOptions {
  readonly experiment: Experiment
  readonly isRecord: boolean
  readonly capabilities: Capabilities
  readonly send: (command: Command) => void
}

/** A dashboard that is open. */
export interface Dashboard extends Pick<Live, 'left' | 'close'> {
  hear(news: SessionNews): void
  /** The session is over; the screen stays until it is left. */
  end(status: 'finished' | 'interrupted' | 'target-missed'): void
}

/** Opens it on this terminal; then it is to be told what the session tells. */
export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { experiment, isRecord, capabilities, send } = options
  const { colours, symbols } = capabilities
  const { stdout } = process
  const leaving = Promise.withResolvers<void>()
  const store = new Store(experiment, isRecord, {
    send,
    leave: leaving.resolve,
    write: (scene, view) => {
      const surface = drawFrame(scene, view, stdout.columns, stdout.rows, symbols)
      return writeSnapshot(`${summaryOf(scene)}\n\n${surface.text}\n`, scene.now?.round ?? 0)
    },
    clock
  })
  const live = await openScreen(runScreen(store, symbols), colours, leaving)
  return {
    hear: news => {
      const isAnswer = store.hear(news)
      if (URGENT.has(news.kind)) live.hurry()
      if (isAnswer) live.refresh()
    },
    end: status => {
      store.end(status)
      live.hurry()
    },
    left: live.left,
    close: live.close
  }
}

/** Returns what became of it, in words. */
function writeSnapshot(text: string, round: number): string {
  let name = `murmur-round-${round}.txt`
  for (let copy = 2; existsSync(name); copy++) name = `murmur-round-${round}-${copy}.txt`
  try {
    writeFileSync(name, text)
    return `the screen is in ${name}`
  } catch (error) {
    return `the screen cannot be written to ${name}: ${error instanceof Error ? error.message : error}`
  }
}
