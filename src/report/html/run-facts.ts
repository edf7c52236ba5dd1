/** What a page about a recorded run is made of. */
import type { Experiment } from '../../experiment/schema.ts'
import type { SwarmErrors } from '../../interfaces.ts'
import type { PredictedTime } from '../../predicted-time.ts'
import type { Manifest } from '../../records/manifest.ts'
import type { Result } from '../../session/protocol.ts'

/** A measured round of the curves. */
export interface MeasuredPoint {
  readonly round: number
  readonly errors: SwarmErrors
  readonly bytes: number
}

/** What is known of a run: plain data. */
export interface RunFacts {
  readonly manifest: Manifest
  readonly experiment: Experiment
  /** The same as it stands in its file. */
  readonly settings: string
  /** Why what is shown may not be what was run, one line each. */
  readonly doubts: readonly string[]
  /** Measured rounds, ascending, the last among them. */
  readonly curve: readonly MeasuredPoint[]
  /** Undefined if no round was measured. */
  readonly result: Result | undefined
  /** What each peer's environment is called. */
  readonly labels: readonly string[]
  /** Whether faults were planned or commanded. */
  readonly withFaults: boolean
  /** What was commanded, and after which round. */
  readonly events: readonly { readonly after: number; readonly text: string }[]
  /** Per participant x, y in [0, 1], interleaved. */
  readonly places: ArrayLike<number>
  readonly edges: readonly (readonly [number, number])[]
  /** Why the edges are not those of every round, if they are not. */
  readonly graphNote: string | undefined
  /** What theory says of the errors in the long run; undefined where it says nothing. */
  readonly predicted: SwarmErrors | undefined
  /** What the rounds take in a network of one's own; undefined where none was made. */
  readonly time: TimeInNetwork | undefined
}

/** A time that was predicted. */
interface TimeInNetwork extends PredictedTime {
  /** The network model as text, `wan:latencyMs=80`. */
  readonly price: string
}
