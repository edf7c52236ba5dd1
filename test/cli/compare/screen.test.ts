/** A comparison in a real terminal: its screen while it runs and after, and what it leaves on the normal one. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { Terminal } from '../../support/terminal.ts'

const murmur = join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'murmur.ts')
const TIMEOUT = 60_000
const BASE = '--environment garnet:states=6,branching=2 --topology ring --aggregation gossip --jobs 1'
const SMALL = `${BASE} --rounds 60 --seeds 3`

interface Given {
  readonly folder?: string
  readonly size?: readonly [columns: number, rows: number]
  readonly env?: Readonly<Record<string, string>>
}

function open(args: string, { folder, size: [columns, rows] = [120, 40], env = {} }: Given = {}): Terminal {
  return new Terminal(`${process.execPath} ${murmur} compare ${args}`, {
    columns,
    rows,
    cwd: folder ?? temporaryFolder(),
    env
  })
}

/** The tab of the problem that is looked at. */
const tabOf = ({ cells }: Terminal): string =>
  (cells[2] ?? [])
    .filter(({ inverse }) => inverse)
    .map(({ character }) => character)
    .join('')

test('it is looked at while it runs and after, and left with its tables on the normal screen', {
  timeout: TIMEOUT
}, async () => {
  const terminal = open(`${SMALL} --peers 4 --peers 8`)
  try {
    await terminal.until(/● finished .*18 of 18 runs/)
    expect(terminal.isAlternate).toBe(true)
    await terminal.until(screen => tabOf(screen) === ' peers 4 9/9 ')
    terminal.type('\t')
    await terminal.until(screen => tabOf(screen) === ' peers 8 9/9 ')
    expect(terminal.text).toMatch(/ rounds ─╯/)
    terminal.type('xx')
    await terminal.until(/ bytes of the busiest, logarithmic ─╯/)
    terminal.type('q')
    expect(await terminal.ended).toBe(0)
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.output).toContain('peers 8: ')
    expect(terminal.text).toContain('18 of 18 runs: ')
  } finally {
    await terminal.close()
  }
})

test('q twice ends it before it is over, and the same command goes on from there', {
  timeout: TIMEOUT
}, async () => {
  const folder = temporaryFolder()
  const long = `${BASE} --peers 16 --rounds 4000 --seeds 300`
  const first = open(long, { folder })
  let done = 0
  try {
    await first.until(/▶ running .* [1-9]\d* of 900 runs/)
    first.type('q')
    await first.until(/it is not over: q again ends it; what is done is kept/)
    first.type('q')
    expect(await first.ended).toBe(130)
    expect(first.isAlternate).toBe(false)
    expect(first.text).toContain('interrupted; what is done is kept')
    done = Number(/(\d+) of 900 runs:/.exec(first.output)?.[1])
    expect(done).toBeGreaterThanOrEqual(1)
  } finally {
    await first.close()
  }
  const second = open(long, { folder })
  try {
    await second.until(screen => Number(/(\d+) of 900 runs/.exec(screen.text)?.[1]) >= done)
    second.type('\x03')
    expect(await second.ended).toBe(130)
    expect(second.output).toMatch(new RegExp(`of 900 runs, ${done} of\\s+them kept from before`))
  } finally {
    await second.close()
  }
})

test('ctrl-c while step sizes are tried leaves the tables of the given one', {
  timeout: TIMEOUT
}, async () => {
  const terminal = open(`${BASE} --peers 16 --rounds 4000 --seeds 3 --tune step-size`)
  try {
    await terminal.until(/▶ running +part 2 of 3: looking for the best step sizes/)
    terminal.type('\x03')
    expect(await terminal.ended).toBe(130)
    expect(terminal.output).toContain('9 of 9 runs: ')
    expect(terminal.output).not.toContain('With the step size that is best')
  } finally {
    await terminal.close()
  }
})

test('NO_COLOR is obeyed, and --symbols', { timeout: TIMEOUT }, async () => {
  const terminal = open(`${SMALL} --peers 4 --symbols ascii`, { size: [80, 24], env: { NO_COLOR: '1' } })
  try {
    expect(await terminal.until(/finished .*9\/9|finished .*9 of 9/)).toMatch(/^[ -~\n]*$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours begin with.
    expect(terminal.output).not.toMatch(/\x1b\[[\d;]*(3|9)\dm|38;5/)
    terminal.type('q')
    expect(await terminal.ended).toBe(0)
  } finally {
    await terminal.close()
  }
})

test('--no-ui leaves the normal screen, with a line of progress', { timeout: TIMEOUT }, async () => {
  const terminal = open(`${SMALL} --peers 4 --no-ui`)
  try {
    expect(await terminal.ended).toBe(0)
    expect(terminal.output).not.toContain('\x1b[?1049h')
    expect(terminal.output).toMatch(/█.* \d\/9 runs · .* to go/)
    expect(terminal.text).toContain('9 of 9 runs: ')
  } finally {
    await terminal.close()
  }
})

test('a screen reader gets sentences', { timeout: TIMEOUT }, async () => {
  const terminal = open(`${SMALL} --peers 4`, { env: { INK_SCREEN_READER: 'true' } })
  try {
    const text = await terminal.until(/finished, 9 of 9 runs are done/)
    expect(text).toMatch(/leads with|share the first rank/)
    expect(text).toContain('q quit')
    expect(text).not.toMatch(/[│─╭]/)
    terminal.type('q')
    expect(await terminal.ended).toBe(0)
  } finally {
    await terminal.close()
  }
})
