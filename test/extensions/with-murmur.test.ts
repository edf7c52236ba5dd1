/** What users bring goes through a whole run, in every thread and process that it has, and through its record. */
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { SessionRequest } from '../../src/session/protocol.ts'
import { startSession } from '../../src/session/start.ts'
import { run } from '../support/run.ts'
import { said } from '../support/said.ts'

/** A folder, outside of any package, with copies of the examples and an experiment that uses them. */
const folder = mkdtempSync(join(tmpdir(), 'murmur-'))
afterAll(() => rmSync(folder, { recursive: true }))

const names = ['moebius-ladder', 'median', 'momentum-td']
const files = names.map(name => join(folder, `${name}.ts`))
for (const [k, name] of names.entries()) copyFileSync(join(import.meta.dirname, `${name}.ts`), files[k]!)

const raw = {
  use: names.map(name => `./${name}.ts`),
  topology: 'moebius-ladder',
  aggregation: 'median',
  learner: 'momentum-td',
  peers: 6,
  rounds: 4,
  measureEvery: 4,
  environment: 'garnet:states=5',
  transport: 'simulated'
}
const experiment = join(folder, 'exp.yaml')
writeFileSync(experiment, JSON.stringify(raw))

const use = files.flatMap(file => ['--use', file])

/** θ of all peers at the end of a run. */
async function parametersOf(...flags: string[]): Promise<number[][]> {
  const { stdout, stderr } = await said('run', ...flags, '--json', '--parameters')
  expect(stderr).not.toContain('murmur:')
  return JSON.parse(stdout).peers.map(({ parameters }: { parameters: number[] }) => parameters)
}

describe('a run with a topology, an aggregation and a learner of the user', () => {
  test('is recorded, replayed to the same bits and shown; what a record makes us load is said', async () => {
    const parent = join(folder, 'runs')
    const here = await parametersOf(experiment, '--record', parent)
    expect(here.flat()).toHaveLength(6 * 5)
    const recorded = join(parent, readdirSync(parent)[0]!)
    const loads = (flag: string): string => files.map(file => `${flag} ${recorded}: loads ${file}\n`).join('')

    const replay = await said('run', '--replay', recorded, '--no-record', '--json', '--parameters')
    expect(replay.stderr).toContain(loads('--replay'))
    expect(JSON.parse(replay.stdout).peers.map((peer: { parameters: number[] }) => peer.parameters)).toEqual(
      here
    )
    expect(await said('watch', recorded, '--json')).toMatchObject({ code: 0, stderr: loads('watch') })

    appendFileSync(files[1]!, '// Another version.\n')
    const { code, stderr } = await said('run', '--replay', recorded)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /experiment\.yaml, or what it uses \(.*median\.ts.*\): was changed since the run began/
    )
  })

  test('over libp2p in two processes has the bits of the simulator', async () => {
    const { parameters: here } = await run({ ...raw, use: files })
    const there = await parametersOf(experiment, '--no-record', '--transport', 'libp2p', '--processes', '2')
    expect(there.flat()).toHaveLength(6 * 5)
    expect(there).toEqual(here)
  })

  test('has its rivals beside it where somebody looks on', async () => {
    const request: SessionRequest = {
      experiment: resolve({ ...raw, use: files }).experiment,
      record: { kind: 'none' },
      replay: null,
      swarmKey: undefined,
      parameters: false,
      watched: true
    }
    const session = startSession(request, () => {})
    try {
      const { status, rivals } = await session.outcome
      expect(status).toBe('finished')
      expect(rivals.map(({ aggregation }) => aggregation)).toEqual(['none', 'star'])
    } finally {
      await session.terminate()
    }
  })
})

describe('commands', () => {
  test('take what is used, and claim nothing of what they do not know', async () => {
    const topology = await said('topology', 'moebius-ladder', ...use, '--peers', '8', '--json')
    expect(JSON.parse(topology.stdout)).toMatchObject({ peers: 8, degree: { min: 3, max: 3 } })
    const predict = async (...flags: string[]) =>
      JSON.parse((await said('predict', ...use, ...flags, '--json')).stdout).meanPath
    expect(await predict('--aggregation', 'median')).toEqual({ unknown: 'nothing is known of median' })
    expect(await predict('--learner', 'momentum-td')).toEqual({ unknown: 'nothing is known of momentum-td' })
  })

  test('run learners of policies in a simulated environment of the user', async () => {
    const car = [
      '--use',
      join(import.meta.dirname, 'mountain-car.ts'),
      '--environment',
      'mountain-car:cap=20'
    ]
    const { stdout } = await said(
      'run',
      ...car,
      '--learner',
      'reinforce',
      '--peers',
      '2',
      '--rounds',
      '2',
      '--json',
      '--no-record',
      '--transport',
      'simulated'
    )
    // It takes longer than that to get out.
    expect(JSON.parse(stdout)).toMatchObject({ status: 'finished', swarm: { return: -20 } })
  })

  test('list what is used in their help, with options', async () => {
    const { code, stdout } = await said('run', ...use, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /Environments:\n {2}garnet .*states=30.*Learners:.* {2}momentum-td .*keep=0\.9.*Aggregations:/s
    )
    expect(stdout).toMatch(/similarity, median\b/)
    expect(stdout).toMatch(/every peer takes the coordinate-wise median/)
  })

  test('repeat it by the command that they print', async () => {
    const { stdout } = await said(
      'run',
      ...use,
      '--topology',
      'moebius-ladder',
      '--rounds',
      '1',
      '--peers',
      '4'
    )
    const again = use.join(' ')
    expect(stdout).toContain(`npx murmur run ${again} --peers 4 --rounds 1 --topology exponential`)
    expect(stdout).toContain(`npx murmur topology moebius-ladder --peers 4 ${again}`)
  })

  test('say in one line that a mistake is in a file of the user, and where', async () => {
    const file = join(folder, 'broken.ts')
    writeFileSync(
      file,
      `import { z } from '@murmuration/swarm'
export const topologies = {
  broken: { description: 'a', picture: '○', options: z.strictObject({}), build: () => [].length.gone.there }
}`
    )
    const { code, stderr } = await said('topology', 'broken', '--use', file)
    expect(code).toBe(2)
    expect(stderr).toBe(
      `murmur: ${file}: topologies.broken: build fails: Cannot read properties of undefined (reading 'there') (line 3)\n`
    )
  })

  test('end with 2 and one line where a file is not there', async () => {
    expect(await said('run', '--use', join(folder, 'gone.ts'))).toEqual({
      code: 2,
      stdout: '',
      stderr: `murmur: --use: there is no file "${join(folder, 'gone.ts')}"\n`
    })
  })
})
