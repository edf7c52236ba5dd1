/**
 * `npm run picture`: the pictures of the README, taken of the real screens in a real terminal: a run of the defaults in which a peer is
 * killed, and the comparison that is made without a word.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Terminal } from '../support/terminal.ts'
import { screenSvg } from './screen-svg.ts'

const root = join(import.meta.dirname, '..', '..')

/** Plays on a terminal that shows `murmur` with these arguments, and takes the picture of what is there in the end. */
async function take(
  args: string,
  file: string,
  title: string,
  play: (terminal: Terminal) => Promise<unknown>
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'murmur-picture-'))
  const murmur = join(root, 'src', 'cli', 'murmur.ts')
  const terminal = new Terminal(`${process.execPath} ${murmur} ${args}`, { columns: 120, rows: 40, cwd })
  try {
    await play(terminal)
    const path = join(root, 'src', 'dashboard', file)
    writeFileSync(path, screenSvg(terminal.cells, title))
    process.stdout.write(`${path}\n${terminal.text}\n`)
  } finally {
    await terminal.close()
    rmSync(cwd, { recursive: true, force: true })
  }
}

await take(
  'run --rounds 1000 --no-record',
  'dashboard.svg',
  'The dashboard of murmur run: sixteen peers on a ring, one of them lost',
  async terminal => {
    await terminal.until(/round +[3-9]\d\d of/)
    terminal.type('jjjxk')
    await terminal.until(/lost.*peer 3/)
    await terminal.until(/round +[89]\d\d of/)
    terminal.type(' ')
    await terminal.until(/paused/)
    // Until the rivals are at the same round.
    await pause(1500)
    terminal.type('j')
    await terminal.until(({ cells }) => cells.some(row => row.some(({ inverse }) => inverse)))
  }
)
await take(
  'compare --name graphs',
  'compare.svg',
  'The screen of murmur compare: sixteen ways to learn together, ranked, and their curves',
  async terminal => {
    await terminal.until(/● finished/)
    terminal.type('\tx')
    await terminal.until(/samples of a peer/)
    terminal.type('x')
    await terminal.until(/bytes of the busiest/)
  }
)
