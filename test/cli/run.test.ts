/** `murmur run` as a process: what a signal leaves behind, and what can be made of it. */
import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { murmur, script } from '../support/murmur.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SMALL = ['--peers', '4', '--local-steps', '2']
const LONG = [...SMALL, '--rounds', '100000000']

/** The lines of `metrics.jsonl` of the only run in `folder`, complete or not. */
const linesOf = (folder: string): string[] =>
  globSync(join(folder, 'runs/*/metrics.jsonl')).flatMap(path => readFileSync(path, 'utf8').split('\n'))

/** Runs `murmur run` with `args` in `folder`, and calls `interrupt` once it runs and has measured so many rounds. */
async function interrupted(
  folder: string,
  args: readonly string[],
  measured: number,
  interrupt: (kill: (signal: NodeJS.Signals) => void) => void
) {
  const child = spawn(process.execPath, [script, 'run', ...args], { cwd: folder })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const ended = new Promise<[number | null, NodeJS.Signals | null]>(resolve => {
    child.on('close', (...result) => resolve(result))
  })
  try {
    const isTime = () => /^(round|connecting)/m.test(stderr) && linesOf(folder).length > measured
    await vi.waitFor(() => expect(isTime()).toBe(true), { interval: 10, timeout: 30_000 })
    interrupt(signal => child.kill(signal))
    const [code, killedBy] = await ended
    return { code, killedBy, stdout, stderr }
  } finally {
    child.kill('SIGKILL')
  }
}

const runsOf = (folder: string) => JSON.parse(murmur(folder, 'ls', '--json').stdout).runs
const parametersOf = (json: string): number[][] =>
  JSON.parse(json).peers.map((peer: { parameters: number[] }) => peer.parameters)

describe('a run that is interrupted', () => {
  test.for(['libp2p', 'simulated'])(
    'by Ctrl-C, over %s, stops its nodes, exits with 130 and can be resumed',
    async transport => {
      const folder = temporaryFolder()
      const args = [...LONG, '--transport', transport]
      const { code, stdout } = await interrupted(folder, args, 3, kill => kill('SIGINT'))
      expect(code).toBe(130)
      expect(stdout).toMatch(/Interrupted\. To go on: npx murmur run --resume runs\//)
      const run = stdout.match(/--resume (\S+)/)?.[1] ?? ''
      const manifest = JSON.parse(readFileSync(join(folder, run, 'manifest.json'), 'utf8'))
      expect(manifest.status).toBe('interrupted')
      const lines = linesOf(folder)
      expect(lines.pop()).toBe('')
      expect(JSON.parse(lines.at(-1) ?? '').round).toBe(manifest.round)
      expect(lines.length).toBe(manifest.round)
      expect(runsOf(folder)[0].status).toBe('interrupted')
    }
  )

  test('by a second Ctrl-C in the middle of a long round, ends at once with 130', async () => {
    const folder = temporaryFolder()
    // A round takes seconds, and whoever waits for its end prints a table. After the first one the second has begun.
    const args = ['--peers', '4', '--local-steps', '50000000', '--transport', 'simulated']
    let pressing: NodeJS.Timeout | undefined
    const { code, stdout, stderr } = await interrupted(folder, args, 1, kill => {
      pressing = setInterval(() => kill('SIGINT'), 300)
    })
    clearInterval(pressing)
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toContain('stopping after this round; again to stop at once')
    expect(runsOf(folder)[0].status).toBe('interrupted')
  })

  test('by SIGKILL, leaves a record that says so and goes on from its last checkpoint', async () => {
    const folder = temporaryFolder()
    const simulated = ['--transport', 'simulated']
    const { killedBy } = await interrupted(folder, [...LONG, ...simulated], 3, kill => kill('SIGKILL'))
    expect(killedBy).toBe('SIGKILL')
    const [run] = runsOf(folder)
    expect(run.status).toBe('interrupted')
    // It goes on for some rounds; as many in one go end with the same parameters.
    const told = ['--json', '--parameters']
    const resumed = await interrupted(folder, ['--resume', run.id, ...told], 3, kill => kill('SIGINT'))
    expect(resumed.code).toBe(130)
    const rounds = String(JSON.parse(resumed.stdout).rounds)
    const whole = murmur(folder, 'run', ...SMALL, '--rounds', rounds, ...simulated, '--no-record', ...told)
    expect(parametersOf(resumed.stdout)).toEqual(parametersOf(whole.stdout))
  })
})
