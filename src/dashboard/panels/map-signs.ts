/** What a participant looks like on the map: a character for how far it is from the others, or that it is gone. */
import { PRESENCE } from '../../interfaces.ts'
import type { Symbols } from '../glyphs.ts'
import { LEVEL_STYLES, levelOf, type PeerState, statesOf, worstPeer } from '../reading.ts'
import type { Scene } from '../scene.ts'
import type { Style } from '../styles.ts'
import type { Area } from '../surface.ts'

export interface Sign {
  readonly state: PeerState
  /** Of its consensus error, 0 to 4; −1 where it is not known, or the participant does not take part. */
  readonly level: number
  /** One character; none for a hub that is well. */
  readonly glyph: string
  readonly style: Style
  readonly nameStyle: Style
  /** Of several peers in one cell that of the highest rank is shown. */
  readonly rank: number
  /** One character behind it, or none: late, the worst, back. */
  readonly mark: string
  readonly markStyle: Style
  /** It is to be found without counting. */
  readonly isNotable: boolean
}

export const GONE = '✕'
export const STOPPED = '○'
export const CUT = '╳'
export const LATE = '…'
export const BACK = '←'

/** By state. */
const MARKS: Readonly<Record<string, string>> = { late: LATE, back: BACK }
const RANK = { stopped: -2, gone: 5 } as const

/** Which of `glyphs.levels` stand for levels 0 to 4: those that no edge is made of. */
const LEVELS_AT: Readonly<Record<Symbols, readonly number[]>> = {
  braille: [0, 1, 3, 5, 7],
  block: [0, 1, 2, 4, 6],
  ascii: [0, 4, 5, 6, 7]
}

export const levelGlyphs = ({ glyphs, symbols }: Area): readonly string[] =>
  LEVELS_AT[symbols].map(at => glyphs.levels[at]!)

/** The signs of all participants: the peers, then the hub if there is one. */
export function signsOf(area: Area, scene: Scene): Sign[] {
  const { now, experiment } = scene
  const errors = now?.sample?.peers.consensusError
  const swarm = now?.sample?.swarm.consensusError
  const worst = worstPeer(scene)
  const glyphs = levelGlyphs(area)
  const styles: readonly Style[] = LEVEL_STYLES
  const unknown = area.symbols === 'ascii' ? '?' : '●'
  return statesOf(scene).map((state, i): Sign => {
    const presence = now?.presence[i] ?? PRESENCE.here
    if (presence !== PRESENCE.here) {
      const isGone = presence === PRESENCE.killed || presence === PRESENCE.frozen
      return {
        state,
        level: -1,
        glyph: isGone ? GONE : STOPPED,
        style: state.style,
        nameStyle: state.style,
        rank: isGone ? RANK.gone : RANK.stopped,
        mark: '',
        markStyle: state.style,
        isNotable: true
      }
    }
    const isHub = i >= experiment.peers
    const isCutOff = state.text === 'cut off'
    const error = errors?.[i] ?? Number.NaN
    const level = Number.isNaN(error) ? -1 : levelOf(error, swarm)
    const style = styles[level] ?? 'text'
    const isWorst = i === worst && state.text !== 'late'
    const mark = isWorst ? area.glyphs.up : (MARKS[state.text] ?? '')
    return {
      state,
      level,
      glyph: isHub ? '' : (glyphs[level] ?? unknown),
      style,
      nameStyle: isCutOff ? 'bad' : isHub ? 'server' : style,
      rank: level,
      mark,
      markStyle: isWorst ? 'strong' : state.style,
      isNotable: mark !== '' || isCutOff
    }
  })
}
