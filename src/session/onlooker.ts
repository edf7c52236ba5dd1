/** Tells those who look on what there is to see of a swarm: often enough for the eye, and never for much of the time. */
import type { Look, RoundSample } from '../interfaces.ts'
import type { RunningSwarm } from '../running-swarm.ts'
import { better } from './best.ts'
import { thinned } from './curve.ts'
import type { SessionHost } from './host.ts'
import type { Pace } from './pace.ts'
import type { Best, CurvePoint } from './protocol.ts'
import { type Edges, edgesOf } from './stage.ts'
import { TELL_SECONDS, type Telling } from './telling.ts'

/** Most of the time that goes into telling. */
const TELL_SHARE = 0.02
/** Of the curve, at once. */
const MOST_POINTS = 128

export class Onlooker implements Telling {
  readonly #swarm: RunningSwarm
  readonly #pace: Pace
  readonly #host: SessionHost
  readonly #edges: Edges
  readonly #firstRound: number
  /** Measured since it was told last. */
  #curve: CurvePoint[] = []
  #last: RoundSample | undefined
  #best: Best | undefined
  /** The round that was told last. */
  #told = -1
  #nextAt = Number.NEGATIVE_INFINITY

  /** `best`: of what was measured before. */
  constructor(swarm: RunningSwarm, pace: Pace, host: SessionHost, best?: Best) {
    this.#best = best
    this.#swarm = swarm
    this.#pace = pace
    this.#host = host
    this.#edges = edgesOf(swarm.plan)
    this.#firstRound = swarm.round
  }

  take(sample: RoundSample): void {
    this.#last = sample
    this.#best = better(this.#best, sample.round, sample.swarm)
    this.#curve.push({ round: sample.round, errors: sample.swarm })
  }

  betweenRounds(now: number): void {
    const { round } = this.#swarm
    if (round === this.#told) return
    // The first round is worth seeing at once, and so is every one after which nothing goes on.
    if (now >= this.#nextAt || this.#pace.isPaused || this.#told === this.#firstRound) this.#tell(now)
  }

  obeyed(): void {
    this.#tell(this.#host.clock())
  }

  ended(): void {
    this.#tell(this.#host.clock())
  }

  #tell(now: number): void {
    const { round, traffic } = this.#swarm
    const { presence, links, loss } = this.#swarm.look()
    const { isPaused, roundsPerSecond } = this.#pace
    this.#host.post({
      kind: 'observed',
      observation: {
        round,
        sample: this.#last,
        traffic: structuredClone(traffic),
        presence,
        links: worstOf(links, this.#edges),
        loss,
        isPaused,
        roundsPerSecond,
        best: this.#best
      },
      curve: thinned(this.#curve, MOST_POINTS),
      isAnew: false
    })
    this.#curve = []
    this.#told = round
    this.#nextAt = now + Math.max(TELL_SECONDS, (this.#host.clock() - now) / TELL_SHARE)
  }
}

/** Per edge: the worst LINK of its links. */
export function worstOf(links: Look['links'], { pairs, ofLinks }: Edges): Uint8Array {
  const worst = new Uint8Array(pairs.length)
  for (const [hop, states] of links.entries()) {
    const edges = ofLinks[hop]!
    for (let k = 0; k < states.length; k++) {
      const edge = edges[k]!
      worst[edge] = Math.max(worst[edge]!, states[k]!)
    }
  }
  return worst
}
