import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { createRecord } from '../../src/records/record.ts'
import { said } from '../support/said.ts'
import { sampleAt, trafficAt } from '../support/samples.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('ls lists runs with how they ended, and names what is no run on stderr', async () => {
  const parent = temporaryFolder()
  const { experiment } = resolve({ peers: 2, rounds: 9 })
  const settings = { command: '', labels: ['a', 'b'], clock: () => new Date('2026-11-22T18:03:11Z') }
  const done = createRecord(parent, experiment, {}, settings)
  done.append(sampleAt(9), trafficAt(9), true)
  done.close('finished')
  createRecord(parent, experiment, {}, settings).close('failed', 'port 9000 is in use')
  mkdirSync(join(parent, 'mine'))

  const { code, stdout, stderr } = await said('ls', parent)
  expect(stdout).toBe(
    [
      'run                            status    environment  peers  topology  aggregation  rounds  value error  return  consensus',
      '20261122-180311-ring-gossip    finished  garnet           2  ring      gossip            9         1.50       –      0.900',
      '20261122-180311-ring-gossip-2  failed    garnet           2  ring      gossip          0/9            –       –          –',
      ''
    ].join('\n')
  )
  expect(stderr).toMatch(/^murmur: .*mine\/manifest\.json: no manifest of a run \(ENOENT.*\n$/)
  expect(code).toBe(0)

  const { runs } = JSON.parse((await said('ls', parent, '--json')).stdout)
  expect(runs).toMatchObject([
    { status: 'finished', swarm: { return: null } },
    { status: 'failed', reason: 'port 9000 is in use' }
  ])
})
