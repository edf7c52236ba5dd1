/** The dashboard through Ink: what is typed, and what is then on the screen. */
import { EventEmitter } from 'node:events'
import xterm from '@xterm/headless'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { renderApp } from '../../src/dashboard/app.ts'
import { runScreen } from '../../src/dashboard/run-screen.ts'
import { Store } from '../../src/dashboard/store.ts'
import type { Capabilities } from '../../src/dashboard/terminal.ts'
import type { Experiment } from '../../src/experiment/schema.ts'
import type { Command, SessionNews } from '../../src/session/protocol.ts'
import { exampleScene } from '../support/scene.ts'

let experiment: Experiment
let news: readonly SessionNews[]
beforeAll(async () => {
  const scene = await exampleScene({ peers: 8, rounds: 20 })
  experiment = scene.experiment
  news = [
    { kind: 'begins', stage: scene.stage! },
    { kind: 'observed', observation: scene.now!, curve: scene.curve, isAnew: false }
  ]
})

interface Given {
  readonly size?: readonly [columns: number, rows: number]
  readonly capabilities?: Capabilities
  readonly isScreenReaderEnabled?: boolean
}

/** A dashboard that has been told of a run, on a terminal that can be read. */
async function opened({
  size: [columns, rows] = [120, 40],
  capabilities = { colours: '256', symbols: 'braille' },
  isScreenReaderEnabled = false
}: Given = {}) {
  const screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const written: Promise<void>[] = []
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write(text: string, done?: () => void) {
      written.push(new Promise(resolve => screen.write(text.replaceAll(/(?<!\r)\n/g, '\r\n'), resolve)))
      if (typeof done === 'function') done()
      return true
    }
  })
  let typed: string | null = null
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode() {},
    setEncoding() {},
    ref() {},
    unref() {},
    read: () => {
      const chunk = typed
      typed = null
      return chunk
    }
  })
  const sent: Command[] = []
  const done: string[] = []
  const store = new Store(experiment, false, {
    send: command => {
      if (command.kind !== 'inspect') sent.push(command)
    },
    leave: () => done.push('left'),
    write: () => 'written',
    clock: () => 0
  })
  for (const each of news) store.hear(each)
  store.tick()
  const app = renderApp(
    {
      screen: runScreen(store, capabilities.symbols),
      colours: capabilities.colours,
      subscribe: () => () => {},
      timed: draw => draw()
    },
    {
      stdout: stdout as unknown as NodeJS.WriteStream,
      stdin: stdin as unknown as NodeJS.ReadStream,
      interactive: true,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
      isScreenReaderEnabled,
      maxFps: 1000
    }
  )
  onTestFinished(() => app.unmount())
  async function seen(): Promise<string> {
    await app.waitUntilRenderFlush()
    await Promise.all(written)
    const buffer = screen.buffer.active
    return Array.from({ length: screen.rows }, (_, row) =>
      buffer.getLine(buffer.viewportY + row)!.translateToString(true)
    ).join('\n')
  }
  await app.waitUntilRenderFlush()
  return {
    sent,
    done,
    seen,
    async type(keys: string): Promise<string> {
      typed = keys
      stdin.emit('readable')
      return seen()
    },
    async resize(width: number, height: number): Promise<string> {
      screen.resize(width, height)
      Object.assign(stdout, { columns: width, rows: height })
      stdout.emit('resize')
      return seen()
    }
  }
}

test('what was told is on the screen', async () => {
  const screen = await (await opened()).seen()
  expect(screen).toMatch(/round +20 of 20/)
  expect(screen).toMatch(/garnet-7/)
})

test('keys reach the swarm', async () => {
  const { type, sent } = await opened()
  await type(' ')
  await type('n')
  await type('-')
  expect(sent).toEqual([{ kind: 'pause' }, { kind: 'step' }, { kind: 'pace', roundsPerSecond: 1000 }])
})

test('a question is asked on the last line, and answered', async () => {
  const { type, sent } = await opened()
  expect(await type('x')).toMatch(/stop peer 0:.*$/)
  await type('f')
  expect(sent).toEqual([{ kind: 'fault', action: { stop: [0], how: 'frozen' } }])
})

test('arrows, page keys and tab are understood', async () => {
  const { type } = await opened()
  await type('\x1b[6~')
  await type('\x1b[A')
  expect(await type('x')).toContain('stop peer 6')
  await type('k')
  expect(await type('\t\t')).toMatch(/3 map/)
})

test('keys that come at once are taken one by one', async () => {
  const { type } = await opened()
  expect(await type('jjjx')).toContain('stop peer 3')
})

test('help covers the screen, and keys turn its pages until they take it away', async () => {
  const { type } = await opened()
  expect(await type('?')).toContain('page 1 of 2: any key goes on')
  expect(await type('\x1b[6~')).toContain('how to read')
  expect(await type('j')).toMatch(/round +20 of 20/)
})

test('ctrl-c leaves', async () => {
  const { type, done } = await opened()
  await type('\x03')
  expect(done).toEqual(['left'])
})

test('a new size is right at once', async () => {
  const { resize } = await opened()
  for (const [columns, rows] of [
    [80, 24],
    [200, 60],
    [60, 14]
  ] as const) {
    const lines = (await resize(columns, rows)).split('\n')
    expect(lines).toHaveLength(rows)
    expect(lines[0]).toMatch(/^MURMURATION/)
    expect(lines.at(-1)).toMatch(/quit$/)
    expect(lines.filter(line => line.startsWith('╭')).length).toBeGreaterThan(0)
  }
})

test('a screen reader gets sentences', async () => {
  const screen = await (await opened({ isScreenReaderEnabled: true })).seen()
  expect(screen).toMatch(/worst/i)
  expect(screen).not.toMatch(/[│─╭]/)
})
