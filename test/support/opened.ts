/** An opened peer for panels to draw: what a peer of a small simulated run knows, beside its twin that learns alone. */
import { rivalsOf } from '../../src/aggregation/names.ts'
import type { Inspected, Scene } from '../../src/dashboard/scene.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import type { RunPlan } from '../../src/running-swarm.ts'
import { type Setting, settingOf, swarmOf } from '../../src/setting.ts'
import { exampleScene } from './scene.ts'

/** `exampleScene` with `peer` opened. */
export async function openedScene(
  peer: number,
  raw: Readonly<Record<string, unknown>> = {},
  changes: Partial<Scene> = {}
): Promise<Scene> {
  const scene = await exampleScene(raw)
  const setting = settingOf(scene.experiment)
  const { aggregation } = scene.experiment
  const here = await inspected(setting, aggregation, peer)
  const alone = rivalsOf(aggregation, false).includes('none')
    ? await inspected(setting, 'none', peer)
    : undefined
  return { ...scene, opened: { here, alone }, ...changes }
}

async function inspected(
  setting: Setting,
  aggregation: Parameters<typeof swarmOf>[1],
  peer: number
): Promise<Inspected> {
  const swarm = await swarmOf(setting, aggregation, simulatedNetwork)
  const { rounds } = setting.experiment
  const plan: RunPlan = { rounds, measureEvery: rounds, beforeRound: () => 'go', clock: () => 0 }
  for await (const _ of swarm.run(plan));
  const report = swarm.inspect(peer)
  return { report, view: setting.judge.view(peer, report.parameters, swarm.takesPart) }
}

/** A copy of plain data in which every number of every Float64Array is another. */
export function withNumbers<T>(value: T, next: () => number): T {
  if (value instanceof Float64Array) return value.map(next) as T
  if (Array.isArray(value)) return value.map(each => withNumbers(each, next)) as T
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withNumbers(each, next)])) as T
}
