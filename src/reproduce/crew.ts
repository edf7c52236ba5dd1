/** Threads that compute cells of one figure. */
import { type Crew, crewOf } from '../cells/crew.ts'

/** What a thread is told when it begins. */
export interface Task {
  readonly figure: string
}

/** For cells of `figure`. */
export function figureCrew(figure: string, size: number): Crew {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const script = new URL(`./crew-worker.${extension}`, import.meta.url)
  return crewOf(script, { figure } satisfies Task, size)
}
