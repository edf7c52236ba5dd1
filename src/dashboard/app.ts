/** The dashboard as Ink shows it: a line of text per row of the terminal, keys, and a sentence or two for screen readers. */
import {
  Box,
  type Instance,
  type RenderOptions,
  render,
  Text,
  useInput,
  useIsScreenReaderEnabled,
  useWindowSize
} from 'ink'
import { createElement, type ReactElement, useEffect, useReducer } from 'react'
import { drawFrame, placesOf } from './frame.ts'
import { peerHeight } from './panels/peer.ts'
import { pressed } from './pressed.ts'
import type { Store } from './store.ts'
import { summaryOf } from './summary.ts'
import type { Capabilities } from './terminal.ts'

interface AppProps {
  readonly store: Store
  readonly capabilities: Capabilities
  /** Calls `show` when the screen should be drawn anew; returns how to stop that. */
  readonly subscribe: (show: () => void) => () => void
}

function App({ store, capabilities, subscribe }: AppProps): ReactElement {
  const { columns, rows } = useWindowSize()
  const [, show] = useReducer((count: number) => count + 1, 0)
  useEffect(() => subscribe(show), [subscribe])
  useInput((input, key) => {
    for (const name of pressed(input, key)) store.press(name, extentOf(store, columns, rows))
    show()
  })
  const { scene, view } = store
  if (useIsScreenReaderEnabled()) return createElement(Text, null, summaryOf(scene))
  const lines = drawFrame(scene, view, columns, rows, capabilities.symbols).ansi(capabilities.colours)
  return createElement(
    Box,
    { flexDirection: 'column', width: columns, height: rows },
    ...lines.split('\n').map((line, row) => createElement(Text, { key: row, wrap: 'truncate' }, line || ' '))
  )
}

/** Puts the dashboard on the terminal. */
export const renderApp = (props: AppProps, options: RenderOptions): Instance =>
  render(createElement(App, props), options)

function extentOf({ scene, view }: Store, columns: number, rows: number) {
  const places = placesOf(scene, view, columns, rows)
  const heightOf = (panel: string): number => (places.find(place => place.panel === panel)?.height ?? 0) - 2
  const peer = places.find(place => place.panel === 'peer')
  return {
    page: Math.max(1, heightOf('peers') - 2),
    peerLines: peer === undefined ? 0 : peerHeight(scene, peer.width - 2) - heightOf('peer')
  }
}
