/** Questions of the last line, and what their answers do. */

import type { FaultAction } from '../faults/schema.ts'
import { LINK } from '../interfaces.ts'
import type { Effect, Pressed } from './control.ts'
import { listedPeers } from './listing.ts'
import type { Scene } from './scene.ts'
import type { Prompt, View } from './view.ts'

/** The participants that a peer has an edge with, ascending. */
export const neighboursOf = ({ stage }: Scene, peer: number): number[] =>
  (stage?.edges ?? [])
    .filter(pair => pair.includes(peer))
    .map(([i, j]) => (i === peer ? j : i))
    .sort((a, b) => a - b)

/** Takes a key to the question that is asked. */
export function answer(key: string, prompt: Prompt, scene: Scene, view: View): Pressed {
  const closed = { ...view, prompt: undefined }
  if (key === 'esc') {
    const filter = prompt.kind === 'filter' ? '' : view.filter
    return { view: { ...closed, filter }, effects: [] }
  }
  switch (prompt.kind) {
    case 'quit':
      return {
        view: closed,
        effects: key === 'q' || key === 'y' || key === 'enter' ? [{ kind: 'leave' }] : []
      }
    case 'stop': {
      const how = ({ c: 'closed', k: 'killed', f: 'frozen' } as const)[key]
      return how === undefined ? { view, effects: [] } : fault(closed, { stop: [prompt.peer], how })
    }
    case 'return': {
      const state = ({ k: 'kept', n: 'lost' } as const)[key]
      return state === undefined ? { view, effects: [] } : fault(closed, { return: [prompt.peer], state })
    }
    default:
      return typed(key, prompt, scene, view)
  }
}

/** A question that is answered by a text and the enter key. */
function typed(key: string, prompt: Prompt, scene: Scene, view: View): Pressed {
  if (key === 'enter') return submit(prompt, scene, view)
  const character = key === 'space' ? ' ' : key
  const text =
    key === 'backspace'
      ? prompt.text.slice(0, -1)
      : character.length === 1
        ? (prompt.text + character).slice(0, 40)
        : prompt.text
  const asked = { ...view, prompt: { ...prompt, text, problem: '' } }
  return { view: prompt.kind === 'filter' ? filtered(asked, scene, text) : asked, effects: [] }
}

function submit(prompt: Prompt, scene: Scene, view: View): Pressed {
  const closed = { ...view, prompt: undefined }
  const wrong = (problem: string): Pressed => ({
    view: { ...view, prompt: { ...prompt, problem } },
    effects: []
  })
  const text = prompt.text.trim()
  const number = text === '' ? Number.NaN : Number(text)
  switch (prompt.kind) {
    case 'loss':
      if (!(number >= 0 && number < 1)) return wrong('must be from 0 to below 1')
      return fault(closed, { loss: { name: 'one-way', probability: number } })
    case 'link': {
      const neighbours = neighboursOf(scene, prompt.peer)
      const other = text === 'hub' ? scene.experiment.peers : number
      if (!neighbours.includes(other)) return wrong('is no neighbour')
      const pair = [prompt.peer, other === scene.experiment.peers ? 'hub' : other] as const
      return fault(
        closed,
        isCut(scene, prompt.peer, other) ? { heal: [pair] } : { cut: [pair], direction: 'both' }
      )
    }
    default:
      return { view: filtered(closed, scene, prompt.text), effects: [] }
  }
}

/** The selection stays on a peer that is listed. */
function filtered(view: View, scene: Scene, filter: string): View {
  const next = { ...view, filter }
  const peers = listedPeers(scene, next)
  return {
    ...next,
    isAtTop: true,
    selected: peers.includes(view.selected) ? view.selected : (peers[0] ?? view.selected)
  }
}

function isCut({ stage, now }: Scene, peer: number, other: number): boolean {
  const at = stage?.edges.findIndex(pair => pair.includes(peer) && pair.includes(other)) ?? -1
  return now?.links[at] === LINK.cut
}

function fault(view: View, action: FaultAction): Pressed {
  const effect: Effect = { kind: 'send', command: { kind: 'fault', action } }
  return { view, effects: [effect] }
}
