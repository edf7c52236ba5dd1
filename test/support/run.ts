/** Runs a whole experiment in the test's own thread, over either network. */
import type { AggregationSpec } from '../../src/aggregation/names.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import type { RoundSample } from '../../src/interfaces.ts'
import { networkOf } from '../../src/network/index.ts'
import { type Setting, settingOf, swarmOf } from '../../src/setting.ts'
import type { Swarm } from '../../src/swarm.ts'

export interface Run {
  readonly setting: Setting
  readonly swarm: Swarm
  readonly samples: readonly RoundSample[]
  /** The last one. */
  readonly last: RoundSample
  /** θ of the peers, without padding. */
  readonly parameters: number[][]
}

/** `raw` is an experiment as in YAML; simulated and measured at the end only, unless it says otherwise. */
export async function run(raw: Readonly<Record<string, unknown>>): Promise<Run> {
  const rounds = typeof raw.rounds === 'number' ? raw.rounds : 400
  const { experiment } = resolve({ transport: 'simulated', measureEvery: rounds, ...raw })
  const setting = settingOf(experiment)
  const swarm = await swarmOf(setting, experiment.aggregation as AggregationSpec, plan =>
    networkOf(experiment, plan)
  )
  try {
    await swarm.open()
    const samples: RoundSample[] = []
    let now = 0
    const { measureEvery } = experiment
    for await (const sample of swarm.run({
      rounds,
      measureEvery,
      beforeRound: () => 'go',
      clock: () => now++
    })) {
      samples.push(sample)
    }
    const { values, stride, parameters } = swarm.theta
    return {
      setting,
      swarm,
      samples,
      last: samples[samples.length - 1]!,
      parameters: Array.from({ length: experiment.peers }, (_, i) => [
        ...values.subarray(i * stride, i * stride + parameters)
      ])
    }
  } finally {
    await swarm.close()
  }
}
