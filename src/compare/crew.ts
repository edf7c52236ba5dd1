/** Threads that compute runs of a comparison. */
import { type Crew, crewOf } from '../cells/crew.ts'

/** Each run is told whole, with the modules of the user that it needs. */
export function contestCrew(size: number): Crew {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return crewOf(new URL(`./crew-worker.${extension}`, import.meta.url), undefined, size)
}
