import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { murmur, script } from '../support/murmur.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const QUICK = ['--peers', '4', '--rounds', '3', '--transport', 'simulated']

describe('a mistake of the user', () => {
  test.each([
    [['run', '--topolgy', 'ring'], /^murmur: run: unknown flag --topolgy; did you mean "--topology"\?/],
    [['run', 'exp.yaml'], /^murmur: exp\.yaml:2:11 topology: "rng" is unknown; did you mean "ring"\?/],
    [
      ['run', ...QUICK, '--record', 'exp.yaml'],
      /^murmur: --record exp\.yaml: the record cannot be written there \(ENOTDIR/
    ]
  ])(
    '%j ends with exit code 2, nothing on stdout and one line without a stack on stderr',
    (args, message) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'exp.yaml'), 'peers: 4\ntopology: rng\n')
      const { code, stdout, stderr } = murmur(folder, ...args)
      expect(stderr).toMatch(message)
      expect(stderr.trimEnd()).not.toContain('\n')
      expect(stdout).toBe('')
      expect(code).toBe(2)
    }
  )
})

describe('murmur run', () => {
  test('leaves a record whose command and whose experiment repeat it', () => {
    const folder = temporaryFolder()
    const first = murmur(
      folder,
      'run',
      ...QUICK,
      '--seed',
      "it's 7",
      '--set',
      'environment.states=5',
      '--json'
    )
    expect(first.stderr).not.toMatch(/^murmur:/m)
    expect(first.code).toBe(0)
    const [id = ''] = readdirSync(join(folder, 'runs'))
    const manifest = JSON.parse(readFileSync(join(folder, 'runs', id, 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({ status: 'finished', round: 3, seed: "it's 7" })
    expect(manifest.command).toBe(
      "murmur run --peers 4 --rounds 3 --seed 'it'\\''s 7' --transport simulated --set environment.states=5"
    )
    const again = spawnSync(
      'sh',
      ['-c', `${manifest.command.replace('murmur', '"$NODE" "$SCRIPT"')} --no-record --json`],
      {
        encoding: 'utf8',
        env: { ...process.env, NODE: process.execPath, SCRIPT: script }
      }
    )
    const recorded = murmur(folder, 'run', join('runs', id, 'experiment.yaml'), '--no-record', '--json')
    const peersOf = (stdout: string) => JSON.parse(stdout).peers
    expect(peersOf(again.stdout)).toEqual(peersOf(first.stdout))
    expect(peersOf(recorded.stdout)).toEqual(peersOf(first.stdout))
    expect(readdirSync(join(folder, 'runs'))).toEqual([id])
  })

  test('with --no-record leaves nothing', () => {
    const folder = temporaryFolder()
    expect(murmur(folder, 'run', ...QUICK, '--no-record').code).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  test('is quiet when its reader has gone', () => {
    const { stderr } = spawnSync(
      'sh',
      ['-c', `"$NODE" "$SCRIPT" topology ring --peers 1000 --json | head -c 10 > /dev/null`],
      { encoding: 'utf8', env: { ...process.env, NODE: process.execPath, SCRIPT: script } }
    )
    expect(stderr).toBe('')
  })
})

describe('when its terminal has closed,', () => {
  /** Runs `murmur` where whatever it writes to its terminal fails, and with the first line on stderr `stream`, too. */
  function closed(folder: string, stream: 'stdin' | 'stdout', ...args: string[]) {
    const preload = join(folder, 'closed.mjs')
    writeFileSync(
      preload,
      `import { isMainThread } from 'node:worker_threads'
      const failing = stream => process.nextTick(() =>
        stream.emit('error', Object.assign(new Error('EIO'), { code: 'EIO' })))
      if (isMainThread) {
        const { stdout, stderr } = process
        const written = stderr.write.bind(stderr)
        stdout.isTTY = true
        stdout.write = () => !failing(stdout)
        stderr.write = text => {
          failing(stderr)
          failing(process.${stream})
          return written(text)
        }
      }`
    )
    const { status, stderr } = spawnSync(process.execPath, ['--import', preload, script, ...args], {
      cwd: folder,
      encoding: 'utf8'
    })
    return { code: status, stderr }
  }

  test.each(['stdout', 'stdin'] as const)(
    'a run ends as if it were interrupted, and leaves a complete record (%s)',
    stream => {
      const folder = temporaryFolder()
      const endless = ['--peers', '4', '--rounds', '100000000', '--transport', 'simulated', '--no-ui']
      const { code, stderr } = closed(folder, stream, 'run', ...endless)
      expect(code).toBe(130)
      expect(stderr).toContain('stopping after this round')
      expect(stderr).not.toContain('EIO')
      const [id = ''] = readdirSync(join(folder, 'runs'))
      const manifest = JSON.parse(readFileSync(join(folder, 'runs', id, 'manifest.json'), 'utf8'))
      expect(manifest.status).toBe('interrupted')
    }
  )

  test('a command that has nothing to finish ends at once and quietly', () => {
    expect(closed(temporaryFolder(), 'stdout', 'topology', 'ring')).toEqual({ code: 130, stderr: '' })
  })
})

test('murmur ls before the first run finds nothing, which is no mistake', () => {
  const folder = temporaryFolder()
  expect(murmur(folder, 'ls')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'no runs in runs/ yet; murmur run records one\n'
  })
  expect(murmur(folder, 'ls', '--json').stdout).toBe('{"runs":[],"comparisons":[]}\n')
})
