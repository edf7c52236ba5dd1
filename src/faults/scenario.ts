import type { Named } from '../experiment/named.ts'
import type { Faults, Loss } from './schema.ts'

/** What a resolved experiment says of faults. */
export interface Scenario {
  readonly loss: Loss
  readonly delayMs: Named
  readonly faults: Faults | null
  readonly seed: string
  readonly peers: number
  readonly deadlineMs: number
}
