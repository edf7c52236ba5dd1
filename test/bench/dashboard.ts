/** What watching costs: rounds per second with the dashboard open at 120 × 40 against without it, and what a frame takes. */
import { EventEmitter } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawFrame } from '../../src/dashboard/frame.ts'
import type { Screen } from '../../src/dashboard/screen.ts'
import { FIRST_VIEW } from '../../src/dashboard/view.ts'
import { exampleScene } from '../support/scene.ts'
import { Terminal } from '../support/terminal.ts'

const murmur = join(import.meta.dirname, '..', '..', 'src', 'cli', 'murmur.ts')
const PAIRS = 3

/** Rounds per second between the first fifth of a run and its end, from its record. */
async function rate(args: string, isShown: boolean): Promise<number> {
  const cwd = mkdtempSync(join(tmpdir(), 'murmur-bench-'))
  const terminal = new Terminal(
    `${process.execPath} ${murmur} run ${args} --record r ${isShown ? '' : '--no-ui'}`,
    { columns: 120, rows: 40, cwd }
  )
  try {
    if (isShown) {
      await terminal.until(/finished/)
      terminal.type('q')
    }
    await terminal.ended
    const [run = ''] = readdirSync(join(cwd, 'r'))
    const lines = readFileSync(join(cwd, 'r', run, 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    const [from, to] = [lines[Math.floor(lines.length / 5)], lines.at(-1)].map(line =>
      JSON.parse(line ?? '{}')
    )
    return (to.round - from.round) / (to.seconds - from.seconds)
  } finally {
    await terminal.close()
    rmSync(cwd, { recursive: true })
  }
}

async function compare(title: string, args: string): Promise<void> {
  const ratios: string[] = []
  const rates: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const without = await rate(args, false)
    const shown = await rate(args, true)
    ratios.push((shown / without).toFixed(2))
    rates.push(without)
  }
  process.stdout.write(
    `  ${title.padEnd(44)} ${ratios.join(' ')} of ${rates.map(each => each.toFixed(0)).join(' ')} rounds/s without\n`
  )
}

/** Milliseconds of CPU per frame: painting cells, and all that Ink does with them, where every frame is another. */
async function frame(columns: number, rows: number, peers: number): Promise<void> {
  process.env.NODE_ENV ??= 'production'
  const { renderApp } = await import('../../src/dashboard/app.ts')
  const scenes = await Promise.all(
    [60, 61, 62, 63].map(rounds => exampleScene({ peers, rounds, measureEvery: 1 }))
  )
  const stdout = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write(_: string, done?: unknown) {
      if (typeof done === 'function') done()
      return true
    }
  }) as unknown as NodeJS.WriteStream
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode() {},
    setEncoding() {},
    ref() {},
    unref() {},
    read: () => null
  }) as unknown as NodeJS.ReadStream
  let at = 0
  let show = (_isAnew: boolean): void => {}
  const screen: Screen = {
    draw: () => drawFrame(scenes[at % scenes.length]!, FIRST_VIEW, columns, rows, 'braille'),
    spoken: () => '',
    press() {},
    tick: () => true,
    note() {}
  }
  const app = renderApp(
    {
      screen,
      colours: '256',
      subscribe: again => {
        show = again
        return () => {}
      },
      timed: draw => draw()
    },
    { stdout, stdin, interactive: true, patchConsole: false, maxFps: 1000 }
  )
  const step = async (count: number): Promise<void> => {
    for (let k = 0; k < count; k++) {
      at++
      show(false)
      await app.waitUntilRenderFlush()
    }
  }
  await step(20)
  const before = process.cpuUsage()
  await step(50)
  const { user, system } = process.cpuUsage(before)
  const from = performance.now()
  for (let k = 0; k < 50; k++) {
    const scene = scenes[k % scenes.length]
    if (scene !== undefined) drawFrame(scene, FIRST_VIEW, columns, rows, 'braille').ansi('256')
  }
  const painting = (performance.now() - from) / 50
  app.unmount()
  process.stdout.write(
    `  ${`a frame of ${columns} × ${rows}, ${peers} peers`.padEnd(44)} ${((user + system) / 50_000).toFixed(1)} ms, ` +
      `of which ${painting.toFixed(1)} ms are painting\n`
  )
}

export async function benchDashboard(): Promise<void> {
  process.stdout.write('watching a swarm, of its rounds/s without the dashboard\n')
  await compare('64 libp2p peers on a ring', '--peers 64 --rounds 1500')
  await compare(
    '1,000 simulated peers on a ring',
    '--peers 1000 --transport simulated --rounds 20000 --measure-every 10'
  )
  await frame(80, 24, 16)
  await frame(120, 40, 16)
  await frame(120, 40, 1000)
  await frame(200, 60, 64)
}
