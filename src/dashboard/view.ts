/** How the scene is looked at: what the keys change. */
import type { Metric } from '../interfaces.ts'

export const PANELS = ['peers', 'chart', 'map', 'peer', 'log'] as const
export type PanelName = (typeof PANELS)[number]

/** What the table of peers can be sorted by. */
export const SORTS = ['peer', 'error', 'gain', 'consensus', 'bytes', 'lost', 'state'] as const
export type Sort = (typeof SORTS)[number]

/** A question in the last line; keys go to it until it is answered or left. */
export interface Prompt {
  readonly kind: 'filter' | 'loss' | 'link' | 'stop' | 'return' | 'quit'
  /** The peer that it is about. */
  readonly peer: number
  /** What was typed so far. */
  readonly text: string
  /** Why the last answer was not taken; empty if it was. */
  readonly problem: string
}

export interface View {
  readonly focus: PanelName
  /** The focused panel has the whole screen. */
  readonly isEnlarged: boolean
  readonly selected: number
  readonly sort: Sort
  readonly isDescending: boolean
  /** The table of peers shows its first rows, wherever the selected peer is by now. */
  readonly isAtTop: boolean
  readonly filter: string
  readonly scale: 'log' | 'linear'
  /** What the chart shows; null: what peers are compared by. */
  readonly metric: Metric | null
  /** Lines scrolled away at the top of the opened peer, and lines scrolled away at the end of the log. */
  readonly scroll: { readonly peer: number; readonly log: number }
  /** The page of help that covers the screen, from 0 on; null where there is none. */
  readonly helpPage: number | null
  readonly isFrozen: boolean
  readonly prompt: Prompt | undefined
}

export const FIRST_VIEW: View = {
  focus: 'peers',
  isEnlarged: false,
  selected: 0,
  sort: 'peer',
  isDescending: false,
  isAtTop: true,
  filter: '',
  scale: 'log',
  metric: null,
  scroll: { peer: 0, log: 0 },
  helpPage: null,
  isFrozen: false,
  prompt: undefined
}
