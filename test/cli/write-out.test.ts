import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { writeOut } from '../../src/cli/write-out.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: string
beforeEach(() => {
  folder = temporaryFolder()
})

function* failing(): Generator<string> {
  yield 'new'
  throw new Error('no more pieces')
}

describe('a file that a user asked for', () => {
  test('is there with its folders, and its bytes are counted', () => {
    const file = join(folder, 'a', 'b.csv')
    expect(writeOut(file, ['λ', 'b', Uint8Array.of(10)])).toBe(4)
    expect(readFileSync(file, 'utf8')).toBe('λb\n')
    expect(readdirSync(join(folder, 'a'))).toEqual(['b.csv'])
  })

  test('stays as it was where its pieces cannot be made', () => {
    const file = join(folder, 'b.csv')
    writeFileSync(file, 'old')
    expect(() => writeOut(file, failing())).toThrow('no more pieces')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['b.csv'])
  })
})

describe('a link', () => {
  const linkTo = (target: string): string => {
    const link = join(folder, 'link.csv')
    symlinkSync(target, link)
    return link
  }

  test('is followed, over other links and relative to where it is', () => {
    mkdirSync(join(folder, 'far', 'away'), { recursive: true })
    writeFileSync(join(folder, 'far', 'real.csv'), 'old')
    symlinkSync('../real.csv', join(folder, 'far', 'away', 'next.csv'))
    symlinkSync(join(folder, 'far', 'away'), join(folder, 'near'))
    const link = linkTo('near/next.csv')
    writeOut(link, ['new'])
    expect(readFileSync(join(folder, 'far', 'real.csv'), 'utf8')).toBe('new')
    expect(readlinkSync(link)).toBe('near/next.csv')
    expect(lstatSync(join(folder, 'far', 'away', 'next.csv')).isSymbolicLink()).toBe(true)
  })

  test('may lead to what is not there yet', () => {
    const link = linkTo('real.csv')
    writeOut(link, ['new'])
    expect(readFileSync(join(folder, 'real.csv'), 'utf8')).toBe('new')
    expect(readlinkSync(link)).toBe('real.csv')
  })

  test('that leads to itself is told in one line', () => {
    const link = linkTo('link.csv')
    expect(() => writeOut(link, ['new'])).toThrow(ExperimentError)
    expect(() => writeOut(link, ['new'])).toThrow(/^--out .*link\.csv: cannot be written \(ELOOP/)
  })

  test.runIf(process.platform === 'linux')(
    'to a file that is open already, as /dev/stdout is, adds to that file',
    () => {
      const real = join(folder, 'real.csv')
      writeFileSync(real, 'old ')
      const file = openSync(real, 'a')
      try {
        const link = linkTo(`/proc/self/fd/${file}`)
        writeOut(link, ['new'])
        writeFileSync(file, ' and newer')
        expect(readlinkSync(link)).toBe(`/proc/self/fd/${file}`)
      } finally {
        closeSync(file)
      }
      expect(readFileSync(real, 'utf8')).toBe('old new and newer')
    }
  )
})

describe('a pipe', () => {
  /** A pipe, and what `command` reads from it, into a file: we cannot listen while we write. */
  function pipeTo(command: string) {
    const pipe = join(folder, 'pipe.csv')
    const heard = join(temporaryFolder(), 'heard')
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe])
    const reader = spawn('sh', ['-c', `exec ${command} < "$0" > "$1"`, pipe, heard], { stdio: 'inherit' })
    onTestFinished(() => void reader.kill('SIGKILL'))
    return { pipe, read: once(reader, 'close').then(() => readFileSync(heard, 'utf8')) }
  }

  test('is written into, and stays one', async () => {
    const { pipe, read } = pipeTo('cat')
    const pieces = Array.from({ length: 100 }, (_, k) => `${String(k).padStart(2000, ' ')}\n`)
    expect(writeOut(pipe, pieces)).toBe(100 * 2001)
    expect(lstatSync(pipe).isFIFO()).toBe(true)
    expect(await read).toBe(pieces.join(''))
    expect(readdirSync(folder)).toEqual(['pipe.csv'])
  })

  test('from which nobody reads to the end is told in one line', async () => {
    const { pipe, read } = pipeTo('head -c 1')
    const pieces = Array.from({ length: 100 }, () => 'x'.repeat(1 << 16))
    expect(() => writeOut(pipe, pieces)).toThrow(/^--out .*pipe\.csv: cannot be written \(EPIPE/)
    expect(lstatSync(pipe).isFIFO()).toBe(true)
    expect(await read).toBe('x')
  })
})
