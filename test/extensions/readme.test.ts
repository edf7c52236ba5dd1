/** The examples of the README are complete, keep what everything of their kind keeps, and do what is said of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeSimulation, describeTopology } from '@murmuration/swarm/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { environments } from '../../peers/environments/index.ts'
import { present } from '../../src/core/assert.ts'
import { loadExtensions } from '../../src/experiment/extensions.ts'
import { topologies } from '../../topologies/index.ts'
import { run } from '../support/run.ts'
import { said } from '../support/said.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'murmur-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The indented block of the README that exports `what`, in a file. */
function fileWith(what: string): string {
  const blocks = readme.split(/\n(?=\S)/).flatMap(part => /(?:^ {4}.*\n|^\n)+/m.exec(`${part}\n`)?.[0] ?? [])
  const block = present(
    blocks.find(each => each.includes(`export const ${what}`)),
    what
  )
  const file = join(folder, `${what}.ts`)
  writeFileSync(file, block.replace(/^ {4}/gm, ''))
  return file
}

const [ladder, corridor] = [fileWith('topologies'), fileWith('environments')]
loadExtensions([ladder, corridor])

describeTopology('moebius-ladder', present(topologies['moebius-ladder'], 'the ladder'))
describeSimulation('corridor', present(environments.corridor, 'the corridor'))

describe('the examples of the README', () => {
  test('say in one line which numbers of peers they cannot have', async () => {
    const flags = ['--topology', 'moebius-ladder', '--peers', '7', '--transport', 'simulated', '--no-ui']
    expect(await said('run', '--use', ladder, ...flags, '--no-record')).toMatchObject({
      code: 2,
      stderr: 'murmur: topology: moebius-ladder: needs an even number of peers, not 7\n'
    })
  })

  test('can be learned: nobody turns back in the corridor, whose end is five steps away', async () => {
    const raw = { use: [corridor], environment: 'corridor', learner: 'reinforce', peers: 2, rounds: 100 }
    const { last } = await run(raw)
    const [straight = 0, slipping = 0] = last.peers.return ?? []
    expect(straight).toBe(-5)
    expect(slipping).toBeLessThan(-5)
    expect(slipping).toBeGreaterThan(-13)
  })
})
