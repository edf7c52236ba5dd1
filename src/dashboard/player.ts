/** Shows episodes of the opened peer one after the other, each to its end and at its own speed. */
import type { Inspected, Playing } from './scene.ts'

/** The last picture stays for so long. */
const END_SECONDS = 1

export class Player {
  #playing: Omit<Playing, 'frame'> | undefined
  #sinceSeconds = 0

  /**
   * What is to be seen at `seconds` of the peer that is opened; undefined if it draws nothing. Another peer is shown at once, news
   * of the same when its episode is over.
   */
  at(opened: Inspected | undefined, seconds: number): Playing | undefined {
    const { report, view } = opened ?? {}
    if (report === undefined || view?.episode === undefined || (view.episode.frames[0]?.length ?? 0) === 0) {
      this.#playing = undefined
      return undefined
    }
    if (this.#playing?.peer !== report.peer || this.#isOver(seconds)) {
      this.#playing = { peer: report.peer, round: report.round, episode: view.episode }
      this.#sinceSeconds = seconds
    }
    const { frames, stepMs } = this.#playing.episode
    const frame = Math.floor(((seconds - this.#sinceSeconds) * 1000) / stepMs)
    return { ...this.#playing, frame: Math.min(frame, frames.length - 1) }
  }

  #isOver(seconds: number): boolean {
    const { frames = [], stepMs = 0 } = this.#playing?.episode ?? {}
    return seconds - this.#sinceSeconds > (frames.length * stepMs) / 1000 + END_SECONDS
  }
}
