/**
 * `npm run picture`: the picture of the README, taken of the real dashboard in a real terminal: a run of the defaults, or of what is
 * given, in which a peer is killed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Terminal } from '../support/terminal.ts'
import { screenSvg } from './screen-svg.ts'

const root = join(import.meta.dirname, '..', '..')
const cwd = mkdtempSync(join(tmpdir(), 'murmur-picture-'))
const terminal = new Terminal(
  `${process.execPath} ${join(root, 'src', 'cli', 'murmur.ts')} run ${process.argv.slice(2).join(' ') || '--rounds 1000'} --no-record`,
  { columns: 120, rows: 40, cwd }
)
try {
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
  const path = join(root, 'src', 'dashboard', 'dashboard.svg')
  writeFileSync(
    path,
    screenSvg(terminal.cells, 'The dashboard of murmur run: sixteen peers on a ring, one of them lost')
  )
  process.stdout.write(`${path}\n${terminal.text}\n`)
} finally {
  await terminal.close()
  rmSync(cwd, { recursive: true, force: true })
}
