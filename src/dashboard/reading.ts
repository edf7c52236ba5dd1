/** What a scene says: the questions that several panels answer alike. */
import { LINK, PRESENCE } from '../interfaces.ts'
import { YARDSTICKS, type Yardstick } from '../report/measures.ts'
import type { Scene } from './scene.ts'
import type { Style } from './styles.ts'

/** Whether nothing can be asked of the swarm any more. A record is never over. */
export const isOver = ({ status, isRecord }: Scene): boolean =>
  !isRecord &&
  (status === 'comparing' || status === 'finished' || status === 'interrupted' || status === 'target-missed')

/** What peers are compared by: their value errors, or the returns of their policies. */
export const yardstickIn = ({ stage }: Pick<Scene, 'stage'>): Yardstick =>
  YARDSTICKS[(stage?.measures ?? 'value') === 'value' ? 'valueError' : 'return']

/** What is shown of a peer first. */
export const measureOf = (scene: Pick<Scene, 'stage'>): Yardstick['metric'] => yardstickIn(scene).metric

/** The peer with the largest error, or the least return, of those that take part; undefined before the first sample. */
export function worstPeer(scene: Pick<Scene, 'stage' | 'now'>): number | undefined {
  const harms = harmsOf(scene)
  let worst: number | undefined
  for (let i = 0; i < harms.length; i++) {
    if (!Number.isNaN(harms[i]!) && !(harms[i]! <= (harms[worst ?? -1] ?? Number.NEGATIVE_INFINITY)))
      worst = i
  }
  return worst
}

/** Per peer what is the larger the worse: its error, or what its return lacks to 0. */
export function harmsOf(scene: Pick<Scene, 'stage' | 'now'>): Float64Array {
  const metric = measureOf(scene)
  const measured = scene.now?.sample?.peers[metric] ?? new Float64Array(0)
  return metric === 'return' ? measured.map(value => -value) : measured
}

/** Where a peer's consensus error stands beside the swarm's: 0 (below half of it) to 4 (twice it, or more). NaN is 0. */
export function levelOf(consensusError: number, swarm: number | null | undefined): 0 | 1 | 2 | 3 | 4 {
  const ratio = consensusError / (swarm ?? Number.NaN)
  return ratio >= 2 ? 4 : ratio >= 1.25 ? 3 : ratio >= 0.8 ? 2 : ratio >= 0.5 ? 1 : 0
}

/** What the levels mean, from 0 to 4. */
export const LEVEL_LIMITS = ['<0.5×', '<0.8×', '<1.25×', '<2×', '≥2×'] as const

export const LEVEL_STYLES = ['level0', 'level1', 'level2', 'level3', 'level4'] as const satisfies Style[]

export interface PeerState {
  readonly text: string
  readonly style: Style
}

/** What each participant is doing, in a word or two. */
export function statesOf({ experiment, now, stage, waitingFor, backSince }: Scene): PeerState[] {
  if (stage === undefined) return []
  const late = new Set(waitingFor)
  const waitsFor = new Map<number, number>()
  const carrying = new Uint8Array(stage.participants)
  const connected = new Uint8Array(stage.participants)
  for (const [k, [i, j]] of stage.edges.entries()) {
    if (late.has(j) && !waitsFor.has(i)) waitsFor.set(i, j)
    if (late.has(i) && !waitsFor.has(j)) waitsFor.set(j, i)
    const link = now?.links[k] ?? LINK.carries
    connected[i] = connected[j] = 1
    if (link === LINK.carries || link === LINK.silent) carrying[i] = carrying[j] = 1
  }
  return Array.from({ length: stage.participants }, (_, i): PeerState => {
    switch (now?.presence[i] ?? PRESENCE.here) {
      case PRESENCE.closed:
        return { text: 'stopped', style: 'dim' }
      case PRESENCE.killed:
        return { text: 'lost', style: 'bad' }
      case PRESENCE.frozen:
        return { text: 'lost (frozen)', style: 'bad' }
      case PRESENCE.absent:
        return { text: 'not joined', style: 'dim' }
    }
    if (late.has(i)) return { text: 'late', style: 'warning' }
    const other = waitsFor.get(i)
    if (other !== undefined)
      return { text: `waits for ${other === experiment.peers ? 'the hub' : other}`, style: 'warning' }
    if (connected[i] === 1 && carrying[i] === 0) return { text: 'cut off', style: 'bad' }
    if (backSince.has(i)) return { text: 'back', style: 'good' }
    return { text: i === experiment.peers ? 'averages' : 'learning', style: 'text' }
  })
}

/** The participants that do not take part, ascending. */
export const absentees = ({ now }: Scene): number[] =>
  now === undefined ? [] : [...now.presence.keys()].filter(i => now.presence[i] !== PRESENCE.here)
