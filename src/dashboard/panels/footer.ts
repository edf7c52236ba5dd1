/** The last line: the keys of the focused panel, or the question that is asked. */
import { type Binding, bindingsOf, type Deed } from '../keys.ts'
import { isOver } from '../reading.ts'
import type { Scene } from '../scene.ts'
import type { Area, Piece } from '../surface.ts'
import { PANELS, type View } from '../view.ts'
import { beforeEnd, type Line } from './block.ts'
import { questionLine } from './question.ts'

const GAP = '  '
/** Deeds whose keys are shown together, in the order in which they are. */
const PAIRS: Partial<Readonly<Record<Deed, readonly [Deed, Deed]>>> = {
  faster: ['slower', 'faster'],
  up: ['up', 'down'],
  seekForward: ['seekBack', 'seekForward']
}
/** What a run that is over no longer does. */
const OF_A_SWARM: ReadonlySet<Deed> = new Set(['pause', 'faster', 'stopPeer', 'cutLink', 'loss'])

export function drawFooter(area: Area, scene: Scene, view: View): void {
  const line =
    view.prompt === undefined
      ? keysLine(scene, view, area.width)
      : questionLine(scene, view.prompt, area.width)
  area.pieces(0, 0, line)
}

/** As many keys as have room, always with help and the way out. */
function keysLine(scene: Scene, view: View, width: number): Line {
  const bindings = bindingsOf(scene.isRecord)
  const named = (deed: Deed): Piece[] => {
    const binding = bindings.find(each => each.deed === deed)
    return binding === undefined ? [] : shown(binding, bindings, scene)
  }
  if (view.helpPage !== null) {
    return [['esc', 'key'], [` back${GAP}`, 'dim'], ...named('quit')]
  }
  const end: Line = [...named('help'), [GAP, 'dim'], ...named('quit')]
  const frozen: Line[] = view.isFrozen
    ? [
        [
          ['the screen is frozen: ', 'warning'],
          ['f', 'key'],
          [' goes on', 'warning']
        ]
      ]
    : []
  const others = bindings
    .filter(({ deed, shownIn }) => isAsked(deed, view) || (shownIn.includes(view.focus) && !isAtEnd(deed)))
    .filter(({ deed }) => !isOver(scene) || !OF_A_SWARM.has(deed))
    .sort((a, b) => rank(a, view) - rank(b, view))
    .map(binding => shown(binding, bindings, scene))
  return beforeEnd([...frozen, ...others], end, GAP, width)
}

const isAtEnd = (deed: Deed): boolean => deed === 'help' || deed === 'quit'

/** A large panel has its way back, whatever it is. */
const isAsked = (deed: Deed, { isEnlarged }: View): boolean => isEnlarged && deed === 'back'

/** First what stops everything, then what only this panel has, then what all have. */
const rank = ({ deed, shownIn }: Binding, view: View): number =>
  deed === 'pause' ? 0 : isAsked(deed, view) ? 1 : shownIn.length < PANELS.length ? 2 : 3

function shown(binding: Binding, bindings: readonly Binding[], scene: Scene): Piece[] {
  const pair = PAIRS[binding.deed] ?? [binding.deed]
  const keys = pair.map(deed => arrowOf(bindings.find(each => each.deed === deed)?.keys ?? []))
  return [
    [keys.join(''), 'key'],
    [` ${wordFor(binding, scene)}`, 'dim']
  ]
}

const wordFor = ({ deed, short }: Binding, { now, isRecord }: Scene): string =>
  deed !== 'pause' ? short : now?.isPaused !== true ? 'pause' : isRecord ? short : 'go on'

/** Of several keys an arrow says best what it does. */
const arrowOf = (keys: readonly string[]): string => keys.find(key => '←→↑↓'.includes(key)) ?? keys[0] ?? ''
