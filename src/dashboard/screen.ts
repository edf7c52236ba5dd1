/** What a terminal shows and what its keys do; `live.ts` opens it, and nothing here knows Ink. */
import type { Surface } from './surface.ts'

/** What can be opened on a terminal. */
export interface Screen {
  /** One frame. */
  draw(columns: number, rows: number): Surface
  /** The same in sentences, for a screen reader. */
  spoken(): string
  /** Takes a key, by its name in `pressed.ts`. */
  press(key: string, columns: number, rows: number): void
  /** To be called several times a second; returns whether there is something new to show. */
  tick(): boolean
  /** To be called more often than `tick`: moves what moves by itself; returns whether it looks other than before. */
  move?(columns: number, rows: number): boolean
  /** Takes a line that somebody printed meanwhile. */
  note(text: string): void
}
