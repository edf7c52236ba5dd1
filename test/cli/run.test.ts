/** `murmur run` as a process: what a signal leaves behind, and what can be made of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { murmur, script } from '../support/murmur.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LONG = ['run', '--peers', '4', '--rounds', '100000000', '--local-steps', '2', '--record', 'runs']

/** Starts a run in `folder` and sends `signal` when it has told its progress; resolves with how it ended. */
async function interrupted(folder: string, signal: NodeJS.Signals, ...args: string[]) {
  const child: ChildProcess = spawn(process.execPath, [script, ...LONG, ...args], { cwd: folder })
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', chunk => {
    stdout += chunk
  })
  child.stderr?.on('data', chunk => {
    if (!stderr.includes('rounds/s') && String(chunk).includes('rounds/s')) child.kill(signal)
    stderr += chunk
  })
  const [code, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>(resolve => {
    child.on('close', (...ended) => resolve(ended))
  })
  return { code, killedBy, stdout, stderr }
}

const runsOf = (folder: string) => JSON.parse(murmur(folder, 'ls', '--json').stdout).runs

describe('a run that is interrupted', () => {
  test.for(['libp2p', 'simulated'])(
    'by Ctrl-C, over %s, stops its nodes, exits with 130 and can be resumed',
    async transport => {
      const folder = temporaryFolder()
      const { code, stdout } = await interrupted(folder, 'SIGINT', '--transport', transport)
      expect(code).toBe(130)
      expect(stdout).toMatch(/Interrupted\. To go on: npx murmur run --resume runs\//)
      const run = stdout.match(/--resume (\S+)/)?.[1] ?? ''
      const manifest = JSON.parse(readFileSync(join(folder, run, 'manifest.json'), 'utf8'))
      expect(manifest.status).toBe('interrupted')
      const lines = readFileSync(join(folder, run, 'metrics.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
      expect(JSON.parse(lines.at(-1) ?? '').round).toBe(manifest.round)
      expect(lines.length).toBe(manifest.round)
      expect(runsOf(folder)[0].status).toBe('interrupted')
    }
  )

  test('by SIGKILL, leaves a record that says so and goes on from its last checkpoint', async () => {
    const folder = temporaryFolder()
    const { killedBy } = await interrupted(folder, 'SIGKILL', '--transport', 'simulated', '--rounds', '30000')
    expect(killedBy).toBe('SIGKILL')
    const [run] = runsOf(folder)
    expect(run.status).toBe('interrupted')
    const resumed = murmur(folder, 'run', '--resume', run.id, '--json', '--parameters')
    const whole = murmur(
      folder,
      ...LONG,
      '--transport',
      'simulated',
      '--rounds',
      '30000',
      '--no-record',
      '--json',
      '--parameters'
    )
    const parametersOf = (json: string) =>
      JSON.parse(json).peers.map((peer: { parameters: number[] }) => peer.parameters)
    expect(parametersOf(resumed.stdout)).toEqual(parametersOf(whole.stdout))
  })
})
