/** The dashboard on a terminal: Ink has the keys and the screen, frames are written cell by cell; screen readers get sentences. */
import {
  type Instance,
  type RenderOptions,
  render,
  Text,
  useInput,
  useIsScreenReaderEnabled,
  useStdout,
  useWindowSize
} from 'ink'
import {
  createElement,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef
} from 'react'
import { drawFrame, placesOf } from './frame.ts'
import { helpPages } from './panels/help.ts'
import { logHeight } from './panels/log.ts'
import { peerHeight } from './panels/peer.ts'
import { pressed } from './pressed.ts'
import { spokenOf } from './spoken.ts'
import type { Store } from './store.ts'
import type { Surface } from './surface.ts'
import type { Capabilities } from './terminal.ts'

/** Between them a terminal shows nothing half done. */
const [TOGETHER, DONE] = ['\x1b[?2026h', '\x1b[?2026l']
/** Where nothing that is printed there scrolls the screen. */
const HOME = '\x1b[H'

interface AppProps {
  readonly store: Store
  readonly capabilities: Capabilities
  /** Calls `show` when the screen should be drawn, `isAnew` if nothing is known of what is there; returns how to stop that. */
  readonly subscribe: (show: (isAnew: boolean) => void) => () => void
  /** Draws a frame, and may look how long it takes. */
  readonly timed: (draw: () => void) => void
}

function App({ store, capabilities, subscribe, timed }: AppProps): ReactNode {
  const { columns, rows } = useWindowSize()
  const { stdout } = useStdout()
  const isRead = useIsScreenReaderEnabled()
  const onScreen = useRef<Surface>(undefined)
  const [, show] = useReducer((count: number) => count + 1, 0)
  const showing = useCallback((isAnew: boolean): void => {
    if (isAnew) onScreen.current = undefined
    show()
  }, [])
  useEffect(() => subscribe(showing), [subscribe, showing])
  useInput((input, key) => {
    const names = pressed(input, key)
    for (const name of names) store.press(name, extentOf(store, columns, rows))
    // As by ctrl-l elsewhere, when something else has printed there.
    showing(names.length === 0)
  })
  useLayoutEffect(() => {
    if (isRead) return
    timed(() => {
      const frame = drawFrame(store.scene, store.view, columns, rows, capabilities.symbols)
      const changes = frame.changesFrom(onScreen.current, capabilities.colours)
      onScreen.current = frame
      if (changes !== '') stdout.write(TOGETHER + changes + HOME + DONE)
    })
  })
  return isRead ? createElement(Text, null, spokenOf(store.scene, store.view)) : null
}

/** Puts the dashboard on the terminal. */
export const renderApp = (props: AppProps, options: RenderOptions): Instance =>
  render(createElement(App, props), options)

function extentOf({ scene, view }: Store, columns: number, rows: number) {
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
