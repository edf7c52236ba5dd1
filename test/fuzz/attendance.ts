/** Who is stopped rests, and who begins anew starts over. */
import { isDeepStrictEqual } from 'node:util'
import type { PeerReport } from '../../src/interfaces.ts'
import { demand, type Invariant } from './moment.ts'

/** Who is stopped keeps its parameters, to the bit, and everybody else takes part. */
export function theStoppedRest(): Invariant {
  let known: readonly Float64Array[] = []
  return ({ round, expected, reports }) => {
    for (const { peer, takesPart, parameters } of reports) {
      demand(
        takesPart === expected.up.has(peer),
        'who takes part is who should',
        () => `round ${round}, peer ${peer}: ${takesPart}`
      )
      const isLeft = !takesPart && !expected.begun.has(peer)
      const kept = isLeft ? (known[peer] ?? parameters) : parameters
      const moved = parameters.findIndex((x, c) => x !== kept[c])
      demand(
        moved < 0,
        'who is stopped keeps its parameters',
        () => `round ${round}, peer ${peer}, component ${moved}: ${parameters[moved]}, not ${kept[moved]}`
      )
    }
    known = reports.map(({ parameters }) => parameters)
  }
}

/** Who begins anew is as everybody was at the `beginning`, and who returns with its state as it was when it stopped. */
export function whoReturnsIsAsItShould(beginning: readonly PeerReport[]): Invariant {
  let known = beginning
  return ({ round, starts, expected, reports }) => {
    for (const { peer, parameters, correction } of starts) {
      const right = (expected.begun.has(peer) ? beginning : known)[peer]
      demand(
        isDeepStrictEqual([parameters, correction], [right?.parameters, right?.correction]),
        'who returns has its state, or begins anew',
        () =>
          `round ${round}, peer ${peer}: θ ${parameters}, not ${right?.parameters}, ξ ${correction}, not ${right?.correction}`
      )
    }
    known = reports
  }
}
