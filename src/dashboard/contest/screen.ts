/** A comparison as a screen: what is known of it is asked for now and then, and drawn as the keys say. */
import type { Symbols } from '../glyphs.ts'
import type { Screen } from '../screen.ts'
import { contestPage, drawContest } from './frame.ts'
import { pressContest } from './keys.ts'
import type { ContestScene } from './scene.ts'
import { spokenContest } from './spoken.ts'
import { FIRST_CONTEST_VIEW } from './view.ts'

/** Who gathers what is computed, and is told what the user wants. */
export interface ContestHost {
  /** What is known at the moment: the same object as before if nothing is new. */
  scene(): ContestScene
  leave(): void
  note(text: string): void
}

/** Of what `host` knows. */
export function contestScreen({ scene: look, leave, note }: ContestHost, symbols: Symbols): Screen {
  let scene = look()
  let view = FIRST_CONTEST_VIEW
  return {
    draw: (columns, rows) => drawContest(scene, view, columns, rows, symbols),
    spoken: () => spokenContest(scene, view),
    press(key, columns, rows) {
      const pressed = pressContest({ key, scene, view, page: contestPage(scene, view, columns, rows) })
      view = pressed.view
      if (pressed.leaves) leave()
    },
    tick() {
      const before = scene
      scene = look()
      return scene !== before
    },
    note
  }
}
