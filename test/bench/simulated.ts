/** The simulated network: rounds per second, and the memory of a hundred thousand peers. */
import { spawnSync } from 'node:child_process'
import { resolve } from '../../src/experiment/resolve.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { settingOf, swarmOf } from '../../src/setting.ts'
import { row } from './measure.ts'

/** Seconds that a simulated run takes once it is built. */
export async function secondsOf(raw: Readonly<Record<string, unknown>>): Promise<number> {
  const { experiment } = resolve({ transport: 'simulated', ...raw })
  const swarm = await swarmOf(settingOf(experiment), experiment.aggregation, simulatedNetwork)
  const { rounds, measureEvery } = experiment
  const started = performance.now()
  const clock = () => performance.now() / 1000
  for await (const _ of swarm.run({ rounds, measureEvery, beforeRound: () => 'go', clock }));
  return (performance.now() - started) / 1000
}

export async function benchSimulated(): Promise<void> {
  for (const [aggregation, topology] of [
    ['gossip', 'ring'],
    ['gossip-scafflsa', 'ring'],
    ['gossip', 'exponential'],
    ['star', undefined]
  ] as const) {
    const rounds = 20_000
    const raw = {
      peers: 100,
      aggregation,
      ...(topology === undefined ? {} : { topology }),
      rounds,
      measureEvery: 10
    }
    let best = Number.POSITIVE_INFINITY
    for (let k = 0; k < 3; k++) best = Math.min(best, await secondsOf(raw))
    const name = topology === undefined ? aggregation : `${aggregation} on ${topology}`
    row(`100 peers, ${name}, H = 10, every 10th measured`, `${Math.round(rounds / best)} rounds/s`)
  }
  const large = spawnSync(process.execPath, [import.meta.filename, 'large'], { encoding: 'utf8' })
  process.stdout.write(large.stdout)
  process.stderr.write(large.stderr)
}

/** In a process of its own, so that the memory is that of this run alone. */
async function benchLarge(): Promise<void> {
  const seconds = await secondsOf({ peers: 100_000, rounds: 20, measureEvery: 20 })
  const gigabytes = process.resourceUsage().maxRSS / 1e6
  row(
    '100,000 peers, gossip on ring, H = 10',
    `${(20 / seconds).toFixed(1)} rounds/s`,
    `${gigabytes.toFixed(2)} GB at most`
  )
}

if (process.argv[2] === 'large') await benchLarge()
