/** Where the playing of a record stands: which of its measured rounds is shown, and how fast it goes on. */
import type { History } from '../records/history.ts'

/** A finished record is shown in about so many seconds; as fast as it goes, in so many. */
const WHOLE_SECONDS = 20
const FASTEST_SECONDS = 2
/** As fast as it goes is at least so many rounds a second. */
const FASTEST_PACE = 2000

export class Playback {
  readonly #lines: Pick<History, 'length' | 'roundOf' | 'lineAt'>
  /** Whether the run goes on. */
  #isRunning: boolean
  #line = -1
  /** Where between two lines it is. */
  #round = 0
  #isPaused = false
  #roundsPerSecond: number | null = null
  /** It stays at the end, however fast that moves. */
  #isFollowing = false

  /** A finished record is played from its first line, a running one followed from its last. */
  constructor(lines: Pick<History, 'length' | 'roundOf' | 'lineAt'>, isRunning: boolean) {
    this.#lines = lines
    this.#isRunning = isRunning
    if (isRunning) this.#follow()
    else {
      this.#roundsPerSecond = this.#wholePace
      this.#goTo(0)
      this.#settle()
    }
  }

  /** The line that is shown; −1 if there is none. */
  get line(): number {
    return this.#line
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Null: as fast as it goes. */
  get roundsPerSecond(): number | null {
    return this.#roundsPerSecond
  }

  /** So many seconds pass. */
  pass(seconds: number): void {
    if (this.#isPaused || this.#isFollowing || this.#last < 0) return
    const pace = this.#roundsPerSecond ?? Math.max(FASTEST_PACE, this.#span / FASTEST_SECONDS)
    this.#round = Math.min(this.#lines.roundOf(this.#last), this.#round + pace * seconds)
    this.#line = Math.max(this.#line, this.#lines.lineAt(this.#round))
    this.#settle()
  }

  /** Lines may have been added, and the run may have ended or been taken up again. */
  grown(isRunning: boolean): void {
    this.#isRunning = isRunning
    if (this.#isFollowing) this.#follow()
    this.#settle()
  }

  /** The lines are others: the run was taken up from an earlier round. */
  replaced(isRunning: boolean): void {
    this.#goTo(this.#lines.lineAt(this.#round))
    this.grown(isRunning)
  }

  pause(): void {
    this.#isPaused = true
    this.#isFollowing = false
  }

  /** From the first line if there is nothing to come. */
  resume(): void {
    if (this.#line === this.#last && !this.#isRunning) this.#goTo(0)
    this.#isPaused = false
    this.#settle()
  }

  /** To the next line, and a pause. */
  step(): void {
    this.pause()
    this.#goTo(this.#line + 1)
  }

  /** To the last line that is not after `round`; a run that goes on is followed from its last line. */
  seek(round: number): void {
    if (this.#last < 0) return
    if (round < this.#lines.roundOf(this.#last)) {
      this.#isFollowing = false
      if (this.#isRunning) this.#roundsPerSecond ??= this.#wholePace
      this.#goTo(this.#lines.lineAt(round))
    } else if (this.#isRunning) {
      this.#isPaused = false
      this.#roundsPerSecond = null
      this.#follow()
    } else {
      this.#goTo(this.#last)
      this.#settle()
    }
  }

  limit(roundsPerSecond: number | null): void {
    this.#roundsPerSecond = roundsPerSecond
    this.#isFollowing = false
    this.#settle()
  }

  get #last(): number {
    return this.#lines.length - 1
  }

  get #span(): number {
    return this.#last < 0 ? 0 : this.#lines.roundOf(this.#last) - this.#lines.roundOf(0)
  }

  get #wholePace(): number {
    return Math.max(1, Math.ceil(this.#span / WHOLE_SECONDS))
  }

  /** Or to the first or the last line, if there is no such line. */
  #goTo(line: number): void {
    this.#line = Math.min(Math.max(line, 0), this.#last)
    this.#round = this.#line < 0 ? 0 : this.#lines.roundOf(this.#line)
  }

  #follow(): void {
    this.#isFollowing = true
    this.#goTo(this.#last)
  }

  /** At the end a run that goes on is waited for, and a finished one is over. */
  #settle(): void {
    if (this.#line < this.#last) return
    if (!this.#isRunning) this.pause()
    else if (!this.#isPaused && this.#roundsPerSecond === null) this.#isFollowing = true
  }
}
