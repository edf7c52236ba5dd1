/** When the next round may begin: at once, so many times a second, or not before it is asked for. */
import { assert } from '../core/assert.ts'
import type { Verdict } from '../running-swarm.ts'

/** Between two looks at whether it may begin; who came later than so makes up for it by the next rounds. */
const REST_SECONDS = 0.02

export class Pace {
  #isPaused = false
  #roundsPerSecond: number | null = null
  /** Rounds that may begin all the same. */
  #steps = 0
  #nextAtSeconds = Number.NEGATIVE_INFINITY

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Null: as fast as it goes. */
  get roundsPerSecond(): number | null {
    return this.#roundsPerSecond
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#steps = 0
  }

  /** One more round in spite of the pause. */
  step(): void {
    this.#steps++
  }

  limit(roundsPerSecond: number | null): void {
    assert(roundsPerSecond === null || roundsPerSecond > 0, `${roundsPerSecond} rounds a second`)
    this.#roundsPerSecond = roundsPerSecond
    this.#nextAtSeconds = Number.NEGATIVE_INFINITY
  }

  /** Whether a round begins at `now`; undefined if it is to wait. */
  begin(now: number): Verdict | undefined {
    if (this.#isPaused) {
      if (this.#steps === 0) return undefined
      this.#steps--
      return 'step'
    }
    if (this.#roundsPerSecond === null) return 'go'
    if (now < this.#nextAtSeconds) return undefined
    this.#nextAtSeconds = Math.max(this.#nextAtSeconds, now - REST_SECONDS) + 1 / this.#roundsPerSecond
    return 'go'
  }

  /** How long to rest at `now` before it is asked again: commands come meanwhile. */
  restSeconds(now: number): number {
    return this.#isPaused ? REST_SECONDS : Math.min(REST_SECONDS, Math.max(0, this.#nextAtSeconds - now))
  }
}
