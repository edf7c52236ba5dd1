/** The dashboard in a real terminal, from the command line to the record that it leaves. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Terminal } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmur-dashboard-'))
afterAll(() => rmSync(folder, { recursive: true }))

const murmur = join(import.meta.dirname, '..', '..', 'src', 'cli', 'murmur.ts')
const TIMEOUT = 60_000

/** `murmur` with these arguments, where `sub` is a folder of its own. */
function open(sub: string, args: string, size: readonly [number, number] = [120, 40], env = {}): Terminal {
  const [columns, rows] = size
  return new Terminal(`${process.execPath} ${murmur} ${args}`, { columns, rows, cwd: cwdOf(sub), env })
}

const folders = new Map<string, string>()
function cwdOf(sub: string): string {
  const made = folders.get(sub) ?? mkdtempSync(join(folder, `${sub}-`))
  folders.set(sub, made)
  return made
}

const roundOf = (screen: string): number => Number(/round +([\d,]+)/.exec(screen)?.[1]?.replaceAll(',', ''))

test('a swarm is paused, stepped, robbed of a peer that comes back, and left with a complete record', {
  timeout: TIMEOUT
}, async () => {
  const terminal = open('whole', 'run --peers 8 --rounds 100000')
  try {
    await terminal.until(/▶ running/)
    expect(terminal.isAlternate).toBe(true)

    terminal.type(' ')
    const paused = await terminal.until(/‖ paused/)
    const round = roundOf(paused)
    terminal.type('n')
    await terminal.until(({ text }) => roundOf(text) === round + 1)

    terminal.type('jjx')
    await terminal.until(/stop peer 2/)
    terminal.type('k')
    await terminal.until(/peer 2 is killed/)
    terminal.type('n')
    await terminal.until(/lost.*peer 2/)

    terminal.type('x')
    await terminal.until(/peer 2 returns/)
    terminal.type('k')
    await terminal.until(/peer 2 returns with its state/)
    terminal.type('n')
    await terminal.until(({ text }) => !/lost.*peer 2/.test(text) && / back/.test(text))

    terminal.type(' ')
    await terminal.until(/▶ running/)
    terminal.type('q')
    await terminal.until(/the run is not over/)
    terminal.type('q')
    expect(await terminal.ended).toBe(130)
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.text).toContain('Interrupted. To go on: npx murmur run --resume')
  } finally {
    await terminal.close()
  }
  const runs = join(cwdOf('whole'), 'runs')
  const run = join(runs, readdirSync(runs)[0]!)
  const manifest = JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'))
  const rounds = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n')
  const events = readFileSync(join(run, 'events.jsonl'), 'utf8').trimEnd().split('\n')
  expect(manifest.status).toBe('interrupted')
  expect(rounds.map(line => JSON.parse(line).round)).toEqual(rounds.map((_, k) => k + 1))
  expect(events.map(line => Object.keys(JSON.parse(line).command).sort())).toEqual([
    ['after', 'how', 'stop'],
    ['after', 'return', 'state']
  ])
})

test('a finished run stays on the screen until it is left, and then its table is on the normal one', {
  timeout: TIMEOUT
}, async () => {
  const terminal = open('finished', 'run --peers 4 --rounds 30 --transport simulated', [100, 50])
  try {
    await terminal.until(/finished/)
    await terminal.until(/gain \d/)
    terminal.type('q')
    expect(await terminal.ended).toBe(0)
    expect(terminal.text).toMatch(/peer +environment +value error +alone +star +gain +consensus/)
    expect(terminal.text).toContain('Try next:')
  } finally {
    await terminal.close()
  }
})

test('its record is watched, forwards and backwards', { timeout: TIMEOUT }, async () => {
  const cwd = 'watched'
  const run = open(cwd, 'run --peers 4 --rounds 60 --transport simulated --no-ui --record r')
  await run.ended
  await run.close()
  const [name] = readdirSync(join(cwdOf(cwd), 'r'))
  const terminal = open(cwd, `watch r/${name}`)
  try {
    await terminal.until(/▶ record playing/)
    terminal.type('$')
    await terminal.until(({ text }) => roundOf(text) === 60)
    terminal.type('b')
    await terminal.until(({ text }) => roundOf(text) === 59)
    terminal.type('0')
    await terminal.until(({ text }) => roundOf(text) === 1)
    terminal.type('q')
    expect(await terminal.ended).toBe(0)
    expect(terminal.isAlternate).toBe(false)
  } finally {
    await terminal.close()
  }
})

describe('where there is no room, no colour, or no terminal', () => {
  test('80 × 24 cells are enough', { timeout: TIMEOUT }, async () => {
    const terminal = open('small', 'run --peers 8 --rounds 100000 --transport simulated', [80, 24])
    try {
      const screen = await terminal.until(/gain \d/)
      expect(screen).toMatch(/worst peer/)
      expect(screen).toMatch(/quit *$/)
    } finally {
      await terminal.close()
    }
  })

  test('NO_COLOR is obeyed, and a plain locale gets ASCII', { timeout: TIMEOUT }, async () => {
    const terminal = open('plain', 'run --peers 4 --rounds 30 --transport simulated', [100, 30], {
      NO_COLOR: '1',
      LC_ALL: 'C'
    })
    try {
      const screen = await terminal.until(/finished/)
      expect(screen).toMatch(/^[ -~\n]*$/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours begin with.
      expect(terminal.output).not.toMatch(/\x1b\[[\d;]*(3|9)\dm|38;5/)
    } finally {
      await terminal.close()
    }
  })

  test('a mistake is said on the normal screen, in one line', { timeout: TIMEOUT }, async () => {
    const terminal = open('mistake', 'run --topology hypercube --peers 7')
    try {
      expect(await terminal.ended).toBe(2)
      expect(terminal.output).not.toContain('\x1b[?1049h')
      expect(terminal.text).toMatch(/murmur: topology/)
    } finally {
      await terminal.close()
    }
  })

  test('a signal ends it, and the terminal is as it was', { timeout: TIMEOUT }, async () => {
    const terminal = open('signal', 'run --peers 4 --rounds 100000 --transport simulated')
    try {
      await terminal.until(/▶ running/)
      terminal.type('\x03')
      expect(await terminal.ended).toBe(130)
      expect(terminal.isAlternate).toBe(false)
      expect(terminal.output.trimEnd().slice(terminal.output.lastIndexOf('\x1b[?1049l'))).toContain(
        '\x1b[?25h'
      )
    } finally {
      await terminal.close()
    }
  })
})

test('the cart of an opened peer moves, also while the swarm is paused', { timeout: TIMEOUT }, async () => {
  const swarm =
    'run --environment cartpole --learner reinforce --peers 3 --rounds 100000 --transport simulated'
  const terminal = open('carts', `${swarm} --pace 20 --no-record`)
  const stepOf = (screen: string): number => Number(/step +(\d+) of/.exec(screen)?.[1])
  try {
    await terminal.until(/best +[\d.]+/)
    terminal.type('4')
    await terminal.until(/policy of round/)
    terminal.type(' ')
    const round = roundOf(await terminal.until(/‖ paused/))
    const first = stepOf(await terminal.until(/step +\d+ of/))
    await terminal.until(({ text }) => stepOf(text) !== first && /[⠁-⣿]{20}/.test(text))
    expect(roundOf(terminal.text)).toBe(round)
    terminal.type('\x03')
    await terminal.ended
    expect(terminal.text).toMatch(/A peer lived through [\d,]+ episodes/)
  } finally {
    await terminal.close()
  }
})
