/** From a key to what it changes on the screen and what it tells the session. Nothing is done here: effects are returned. */
import { PRESENCE } from '../interfaces.ts'
import type { Command } from '../session/protocol.ts'
import { charted, chartedNow } from './curves.ts'
import { bindingsOf, type Deed } from './keys.ts'
import { listedPeers } from './listing.ts'
import { answer } from './prompts.ts'
import { isOver } from './reading.ts'
import type { Scene } from './scene.ts'
import { PANELS, type Prompt, SORTS, type View } from './view.ts'

/** What cannot be done by changing the view. */
export type Effect =
  | { readonly kind: 'send'; readonly command: Command }
  | { readonly kind: 'leave' }
  /** Writes the screen to a file. */
  | { readonly kind: 'write' }

export interface Pressed {
  readonly view: View
  readonly effects: readonly Effect[]
}

/** What the screen shows at once: by how much pages move. */
export interface Extent {
  /** Rows of the table of peers. */
  readonly page: number
  /** The most lines that the opened peer can be scrolled. */
  readonly peerLines: number
  /** The most lines that the log can be scrolled. */
  readonly logLines: number
  /** Pages of help. */
  readonly helpPages: number
}

/** Rounds per second that + and − go through; above them there is no limit. */
const PACES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
/** Of a record, by an arrow key. */
const SEEK_SHARE = 1 / 20

export function press(key: string, scene: Scene, view: View, extent: Extent): Pressed {
  if (view.prompt !== undefined && key !== 'ctrl-c') return answer(key, view.prompt, scene, view)
  const binding = bindingsOf(scene.isRecord).find(({ keys }) => keys.includes(key))
  if (view.helpPage !== null && binding?.deed !== 'quit')
    return only({ ...view, helpPage: pageBeside(view.helpPage, binding?.deed, extent) })
  if (binding === undefined) return { view, effects: [] }
  return DEEDS[binding.deed]({ key, scene, view, extent })
}

interface Circumstances {
  readonly key: string
  readonly scene: Scene
  readonly view: View
  readonly extent: Extent
}

const only = (view: View): Pressed => ({ view, effects: [] })
const send = (view: View, ...commands: Command[]): Pressed => ({
  view,
  effects: commands.map(command => ({ kind: 'send', command }))
})
const ask = (view: View, kind: Prompt['kind'], text = ''): Pressed =>
  only({ ...view, prompt: { kind, peer: view.selected, text, problem: '' } })

const DEEDS: Readonly<Record<Deed, (circumstances: Circumstances) => Pressed>> = {
  quit: ({ view, scene, key }) =>
    scene.isRecord || (isOver(scene) && scene.status !== 'comparing') || key === 'ctrl-c'
      ? { view, effects: [{ kind: 'leave' }] }
      : ask(view, 'quit'),
  help: ({ view }) => only({ ...view, helpPage: 0 }),
  pause: ({ view, scene }) =>
    isOver(scene) ? only(view) : send(view, { kind: scene.now?.isPaused === true ? 'resume' : 'pause' }),
  step: ({ view, scene }) => (isOver(scene) ? only(view) : send(view, { kind: 'step' })),
  // A seek goes to the measured round at or before.
  stepBack: ({ view, scene }) => seek(view, scene, -1, true),
  faster: ({ view, scene }) => (isOver(scene) ? only(view) : send(view, paceBeside(scene, +1))),
  slower: ({ view, scene }) => (isOver(scene) ? only(view) : send(view, paceBeside(scene, -1))),
  seekBack: ({ view, scene }) => seek(view, scene, -scene.experiment.rounds * SEEK_SHARE),
  seekForward: ({ view, scene }) => seek(view, scene, scene.experiment.rounds * SEEK_SHARE),
  seekFirst: ({ view }) => send(view, { kind: 'seek', round: 0 }),
  seekLast: ({ view, scene }) => send(view, { kind: 'seek', round: scene.experiment.rounds }),
  up: each => move(each, -1),
  down: each => move(each, 1),
  pageUp: each => move(each, -each.extent.page),
  pageDown: each => move(each, each.extent.page),
  first: each => move(each, Number.NEGATIVE_INFINITY),
  last: each => move(each, Number.POSITIVE_INFINITY),
  open: ({ view }) => only({ ...view, focus: 'peer', scroll: { ...view.scroll, peer: 0 } }),
  back: ({ view }) => {
    if (view.isEnlarged) return only({ ...view, isEnlarged: false, scroll: { ...view.scroll, peer: 0 } })
    return only(view.focus === 'peer' ? { ...view, focus: 'peers' } : { ...view, filter: '' })
  },
  nextPanel: ({ view }) => only(focusBeside(view, 1)),
  previousPanel: ({ view }) => only(focusBeside(view, -1)),
  panel: ({ view, key }) => only({ ...view, focus: PANELS[Number(key) - 1] ?? view.focus }),
  // What there is to scroll is another then.
  enlarge: ({ view }) => only({ ...view, isEnlarged: !view.isEnlarged, scroll: { ...view.scroll, peer: 0 } }),
  sort: ({ view, scene }) => {
    const sort = SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length] ?? 'peer'
    // The peers that need a look come first.
    return only(
      atTop({ ...view, sort, isDescending: sort !== 'peer' && sort !== 'gain', focus: 'peers' }, scene)
    )
  },
  reverse: ({ view, scene }) => only(atTop({ ...view, isDescending: !view.isDescending }, scene)),
  filter: ({ view }) => ask({ ...view, focus: 'peers' }, 'filter', view.filter),
  scale: ({ view }) => only({ ...view, scale: view.scale === 'log' ? 'linear' : 'log' }),
  metric: ({ view, scene }) => {
    const all = charted(scene)
    return only({ ...view, metric: all[(all.indexOf(chartedNow(scene, view)) + 1) % all.length] ?? null })
  },
  stopPeer: ({ view, scene }) => {
    if (isOver(scene)) return only(view)
    const presence = scene.now?.presence[view.selected] ?? PRESENCE.here
    if (presence === PRESENCE.absent) return send(view, { kind: 'fault', action: { join: [view.selected] } })
    return ask(view, presence === PRESENCE.here ? 'stop' : 'return')
  },
  cutLink: ({ view, scene }) => (isOver(scene) ? only(view) : ask(view, 'link')),
  loss: ({ view, scene }) => (isOver(scene) ? only(view) : ask(view, 'loss')),
  freeze: ({ view }) => only({ ...view, isFrozen: !view.isFrozen }),
  write: ({ view }) => ({ view, effects: [{ kind: 'write' }] })
}

/** Whatever key it is, help goes on; after its last page, or at once if it is to be closed, the screen is back. */
function pageBeside(page: number, deed: Deed | undefined, { helpPages }: Extent): number | null {
  if (deed === 'pageUp' || deed === 'up') return Math.max(0, page - 1)
  return deed === 'back' || page + 1 >= helpPages ? null : page + 1
}

/** With the first peer of the list selected. */
const atTop = (view: View, scene: Scene): View => ({
  ...view,
  isAtTop: true,
  selected: listedPeers(scene, view)[0] ?? view.selected
})

function paceBeside({ now }: Scene, by: 1 | -1): Command {
  const limit = now?.roundsPerSecond ?? Number.POSITIVE_INFINITY
  const next = by > 0 ? PACES.find(pace => pace > limit) : (PACES.findLast(pace => pace < limit) ?? PACES[0])
  return { kind: 'pace', roundsPerSecond: next ?? null }
}

function seek(view: View, { now }: Scene, rounds: number, pausing = false): Pressed {
  const round = Math.max(0, Math.round((now?.sample?.round ?? 0) + rounds))
  return send(view, ...(pausing ? [{ kind: 'pause' } as const] : []), { kind: 'seek', round })
}

function focusBeside(view: View, by: 1 | -1): View {
  const next = (PANELS.indexOf(view.focus) + by + PANELS.length) % PANELS.length
  return { ...view, focus: PANELS[next] ?? 'peers' }
}

/** To another peer, or lines of the panel away. */
function move({ view, scene, extent }: Circumstances, by: number): Pressed {
  const { scroll, focus } = view
  const clamped = (at: number, last: number): number => Math.min(Math.max(at, 0), Math.max(last, 0))
  if (focus === 'peer') {
    return only({ ...view, scroll: { ...scroll, peer: clamped(scroll.peer + by, extent.peerLines) } })
  }
  if (focus === 'log') {
    return only({ ...view, scroll: { ...scroll, log: clamped(scroll.log - by, extent.logLines) } })
  }
  const peers = listedPeers(scene, view)
  const at = peers.indexOf(view.selected)
  const selected = peers[clamped(Math.max(at, 0) + by, peers.length - 1)]
  return only({
    ...view,
    selected: selected ?? view.selected,
    isAtTop: by === Number.NEGATIVE_INFINITY,
    scroll: { ...scroll, peer: 0 }
  })
}
