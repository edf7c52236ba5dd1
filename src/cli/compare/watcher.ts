/** Gathers what is known of a comparison while it is computed: who stands where, and how far it is. */
import type { Progress } from '../../cells/compute.ts'
import type { Comparison, ContestRun } from '../../compare/comparison.ts'
import type { ContestProblem, ContestScene, Phase } from '../../dashboard/contest/scene.ts'
import { secondsLeft } from '../cells-progress.ts'
import { LiveStandings } from './live-standings.ts'

/** Between two rankings; more if one takes long, so that ranking takes at most this share of the time. */
const RANKING_SECONDS = 0.3
const RANKING_SHARE = 0.05

/** A phase, and how far it is. */
interface Part {
  readonly phase: Phase
  readonly comparison: Comparison
  readonly jobs: number
  readonly beganAt: number
  readonly standings: LiveStandings
  /** The first that was told, and the last. */
  first: Progress | undefined
  last: Progress | undefined
}

/** Told phase by phase what is computed, it has the scene of it. */
export class ContestWatcher {
  readonly #clock: () => number
  readonly #parts: number
  readonly #beganAt: number
  #number = 1
  #part: Part
  #endedAt: number | undefined
  /** A run was told since contenders were ranked. */
  #isStale = true
  #rankAt = Number.NEGATIVE_INFINITY
  #problems: readonly ContestProblem[] = []
  #scene: ContestScene | undefined

  /** The first of `parts` phases begins. `clock`: seconds, from some origin. */
  constructor(parts: number, phase: Phase, comparison: Comparison, jobs: number, clock: () => number) {
    this.#parts = parts
    this.#clock = clock
    this.#beganAt = clock()
    this.#part = this.#partOf(phase, comparison, jobs)
  }

  /** The next phase begins. */
  begin(phase: Phase, comparison: Comparison, jobs: number): void {
    this.#number++
    this.#part = this.#partOf(phase, comparison, jobs)
    this.#isStale = true
    this.#rankAt = Number.NEGATIVE_INFINITY
  }

  hearRun(run: ContestRun): void {
    this.#part.standings.add(run)
    this.#isStale = true
  }

  hearProgress(progress: Progress): void {
    this.#part.first ??= progress
    this.#part.last = progress
  }

  /** All is done. */
  end(): void {
    this.#endedAt = this.#clock()
    this.#scene = undefined
  }

  /** What is known at the moment. While it runs time passes; then it is always the same. */
  scene(): ContestScene {
    const isOver = this.#endedAt !== undefined
    if (isOver && this.#scene !== undefined) return this.#scene
    const seconds = this.#endedAt ?? this.#clock()
    if (this.#isStale && (isOver || seconds >= this.#rankAt)) this.#rank(seconds)
    const { phase, comparison, standings, last } = this.#part
    const { name, contenders, seeds, price } = comparison
    const cells = contenders.length * seeds.length
    this.#scene = {
      name,
      phase,
      part: this.#number,
      parts: this.#parts,
      seeds: seeds.length,
      price,
      isOver,
      done: standings.done,
      cells,
      fraction: last?.fraction ?? (standings.done === cells ? 1 : 0),
      passedSeconds: seconds - this.#beganAt,
      secondsToGo: this.#secondsToGo(seconds),
      problems: this.#problems
    }
    return this.#scene
  }

  /** Undefined where it takes longer than was thought, and nothing is done yet. */
  #secondsToGo(seconds: number): number | undefined {
    const { jobs, beganAt, first, last } = this.#part
    if (first === undefined || last === undefined) return undefined
    return secondsLeft(last, { jobs, first: first.done, passed: seconds - beganAt }) || undefined
  }

  #rank(seconds: number): void {
    const begun = this.#clock()
    this.#problems = this.#part.standings.problems()
    this.#isStale = false
    this.#rankAt = seconds + Math.max(RANKING_SECONDS, (this.#clock() - begun) / RANKING_SHARE)
  }

  #partOf(phase: Phase, comparison: Comparison, jobs: number): Part {
    return {
      phase,
      comparison,
      jobs,
      beganAt: this.#clock(),
      standings: new LiveStandings(phase, comparison),
      first: undefined,
      last: undefined
    }
  }
}
