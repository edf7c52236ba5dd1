/** The dashboard of a run or a record as a screen: frames, keys and sentences of what its store knows. */
import type { Extent } from './control.ts'
import { drawFrame, placesOf } from './frame.ts'
import type { Symbols } from './glyphs.ts'
import { helpPages } from './panels/help.ts'
import { logHeight } from './panels/log.ts'
import { peerHeight } from './panels/peer.ts'
import type { Screen } from './screen.ts'
import { spokenOf } from './spoken.ts'
import type { Store } from './store.ts'

/** Of what `store` knows. */
export const runScreen = (store: Store, symbols: Symbols): Screen => ({
  draw: (columns, rows) => drawFrame(store.scene, store.view, columns, rows, symbols),
  spoken: () => spokenOf(store.scene, store.view),
  press: (key, columns, rows) => store.press(key, extentOf(store, columns, rows)),
  tick: () => store.tick(),
  move: (columns, rows) => isPeerShown(store, columns, rows) && store.move(),
  note: text => store.note(text)
})

const isPeerShown = ({ scene, view }: Store, columns: number, rows: number): boolean =>
  view.helpPage === null && placesOf(scene, view, columns, rows).some(({ panel }) => panel === 'peer')

function extentOf({ scene, view }: Store, columns: number, rows: number): Extent {
  const places = placesOf(scene, view, columns, rows)
  const heightOf = (panel: string): number => (places.find(place => place.panel === panel)?.height ?? 0) - 2
  const peer = places.find(place => place.panel === 'peer')
  const log = places.find(place => place.panel === 'log')
  return {
    page: Math.max(1, heightOf('peers') - 2),
    peerLines:
      peer === undefined ? 0 : peerHeight(scene, peer.width - 2, heightOf('peer')) - heightOf('peer'),
    helpPages: view.helpPage === null ? 1 : helpPages(scene, view, columns, rows - 1),
    logLines: log === undefined ? 0 : logHeight(scene, log.width - 2) - heightOf('log')
  }
}
