/** What is left of a run whose process is killed or whose disk gives out: real processes, and records that go on. */
import { spawn, spawnSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync, renameSync, statSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { readManifest } from '../../src/records/manifest.ts'
import { readResumable } from '../../src/records/resume.ts'
import { murmur, script } from '../support/murmur.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const faulty = ['--peers', '6', '--local-steps', '2', '--aggregation', 'gossip-scafflsa', '--loss', '0.1']
const SMALL = [...faulty, '--transport', 'simulated', '--measure-every', '20']
const LONG = ['--rounds', '100000000']

/** The folder of the only run in `folder`. */
const runIn = (folder: string): string => globSync(join(folder, 'runs/*'))[0] ?? ''
const textOf = (folder: string, file: string): string => readFileSync(join(runIn(folder), file), 'utf8')
const manifestOf = (folder: string) => JSON.parse(textOf(folder, 'manifest.json'))
/** The lines of `metrics.jsonl` without the time. */
const linesOf = (folder: string): string[] =>
  textOf(folder, 'metrics.jsonl')
    .split('\n')
    .map(line => line.replace(/"seconds":.*/, ''))

/** Starts `murmur run` with `args` in `folder`. */
function started(folder: string, args: readonly string[]) {
  const child = spawn(process.execPath, [script, 'run', ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' }
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    said.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    said.stderr += chunk
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>(resolve => {
    child.on('close', code => resolve({ code, ...said }))
  })
  return { ended, kill: (signal: NodeJS.Signals) => child.kill(signal) }
}

const until = (isTime: () => boolean): Promise<void> =>
  vi.waitFor(() => expect(isTime()).toBe(true), { interval: 5, timeout: 30_000 })

/** About as many more lines have been measured; one has some 2,000 bytes. */
function measured(folder: string, more: number): Promise<void> {
  const size = () => statSync(join(runIn(folder), 'metrics.jsonl'), { throwIfNoEntry: false })?.size ?? 0
  let before = size()
  return until(() => {
    // What is taken up again begins with a cut.
    before = Math.min(before, size())
    return size() > before + 2000 * more
  })
}

/** A checkpoint has been made on the way, not only at the start. */
const checkpointed = (folder: string): Promise<void> =>
  until(() => /"round": [1-9]/.test(textOf(folder, 'manifest.json')))

/** A checkpoint is being written. */
const checkpointing = (folder: string): Promise<void> =>
  new Promise(resolve => {
    const watcher = watch(runIn(folder), (_, file) => {
      if (file !== 'checkpoint.tmp') return
      watcher.close()
      resolve()
    })
  })

describe('a run that is killed', () => {
  test('again and again, at any moment, goes on to the bits of a run that was left alone', async () => {
    const folder = temporaryFolder()
    const first = started(folder, [...SMALL, ...LONG])
    await until(() => runIn(folder) !== '' && readdirSync(runIn(folder)).includes('checkpoint'))
    const resume = ['--resume', runIn(folder), '--json', '--parameters']
    await checkpointed(folder)
    first.kill('SIGKILL')
    await first.ended
    const moments = [
      checkpointing,
      (at: string) => measured(at, 1),
      checkpointing,
      (at: string) => measured(at, 30)
    ]
    for (const moment of moments) {
      const came = moment(folder)
      const again = started(folder, resume)
      await came
      again.kill('SIGKILL')
      await again.ended
      expect(readManifest(runIn(folder)).status).toBe('interrupted')
    }
    const last = started(folder, resume)
    await measured(folder, 3)
    last.kill('SIGINT')
    const { peers } = JSON.parse((await last.ended).stdout)
    const rounds = readResumable(runIn(folder)).checkpoint.round

    const alone = temporaryFolder()
    const whole = murmur(alone, 'run', ...SMALL, '--rounds', String(rounds), '--json', '--parameters')
    const parameters = (all: readonly { parameters: number[] }[]) => all.map(peer => peer.parameters)
    expect(parameters(peers)).toEqual(parameters(JSON.parse(whole.stdout).peers))
    const lines = linesOf(folder).slice(0, -1)
    expect(lines).toHaveLength(Math.floor(rounds / 20))
    expect(linesOf(alone).slice(0, lines.length)).toEqual(lines)
  })
})

describe('a run whose disk is full', () => {
  /** Runs `murmur run` with files of at most so many blocks. */
  function limited(folder: string, blocks: number, ...args: string[]) {
    const run = `ulimit -f ${blocks}; exec "$NODE" "$SCRIPT" run "$@"`
    const env = { ...process.env, NODE: process.execPath, SCRIPT: script, NO_COLOR: '1' }
    const { status, stdout, stderr } = spawnSync('sh', ['-c', run, 'sh', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env
    })
    return { code: status, stdout, complaints: stderr.split('\n').filter(line => line.startsWith('murmur:')) }
  }

  test('stops with one line, keeps whole lines only, says that it failed, and goes on when there is room', () => {
    const folder = temporaryFolder()
    const args = [...SMALL, '--rounds', '2000']
    const { code, stdout, complaints } = limited(folder, 40, ...args)
    expect(complaints).toEqual([
      expect.stringMatching(
        /the record cannot be written: runs\/\S+\/metrics\.jsonl: EFBIG.*; the run stops here$/
      )
    ])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const lines = linesOf(folder)
    expect(lines.pop()).toBe('')
    const { status, reason, round } = manifestOf(folder)
    expect(status).toBe('failed')
    expect(reason).toContain('metrics.jsonl: EFBIG')
    expect(JSON.parse(textOf(folder, 'metrics.jsonl').trim().split('\n').at(-1) ?? '').round).toBe(round)
    expect(murmur(folder, 'run', '--resume', runIn(folder)).code).toBe(0)
    const alone = temporaryFolder()
    murmur(alone, 'run', ...args)
    expect(linesOf(folder)).toEqual(linesOf(alone))
  })

  test('when its checkpoint is made leaves nothing half-written', () => {
    const folder = temporaryFolder()
    const { code, complaints } = limited(folder, 20, '--peers', '300', '--rounds', '10')
    expect(complaints).toEqual([expect.stringMatching(/cannot be written: runs\/\S+\/checkpoint: EFBIG/)])
    expect(code).toBe(1)
    expect(readdirSync(runIn(folder)).sort()).toEqual([
      'events.jsonl',
      'experiment.yaml',
      'manifest.json',
      'metrics.jsonl',
      'topology.json'
    ])
    expect(manifestOf(folder).status).toBe('failed')
  })
})

describe('a run whose record', () => {
  test.for([
    ['is gone', 'libp2p', 'ENOENT'],
    ['is a file now', 'simulated', 'ENOTDIR']
  ])('%s stops, over %s, with one line', async ([how, transport = '', reason]) => {
    const folder = temporaryFolder()
    const { ended } = started(folder, [...faulty, ...LONG, '--transport', transport])
    await until(() => runIn(folder) !== '' && readdirSync(runIn(folder)).includes('checkpoint'))
    const run = runIn(folder)
    renameSync(run, join(folder, 'elsewhere'))
    if (how === 'is a file now') writeFileSync(run, '')
    const { code, stdout, stderr } = await ended
    expect(stderr.split('\n').filter(line => line.startsWith('murmur:'))).toEqual([
      expect.stringMatching(`the record cannot be written: runs/\\S+: ${reason}.*; the run stops here$`)
    ])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})
