/** The same run once more: interrupted and gone on with, or repeated from what was commanded. */
import { isDeepStrictEqual } from 'node:util'
import { present } from '../../src/core/assert.ts'
import { demand } from './moment.ts'
import type { Scenario } from './scenario.ts'
import { look, swarmFrom, swarmIn, watchedRounds } from './swarms.ts'
import type { Watched } from './watch.ts'

/** A run that is interrupted goes on to the same bits, and shows the same on its way. */
export async function demandSameAfterInterruption(
  scenario: Scenario,
  { interruption, seen }: Watched
): Promise<void> {
  if (interruption === undefined) return
  const swarm = await swarmFrom(scenario, interruption)
  for await (const sample of watchedRounds(swarm, scenario)) {
    const there = look(swarm, sample)
    const here = present(seen[swarm.round - 1], `round ${swarm.round}`)
    demand(
      isDeepStrictEqual(there, here),
      'an interrupted run goes on to the same bits',
      () =>
        `interrupted after ${interruption.round}, after ${swarm.round}: ${difference(there, here, 'seen')}`
    )
    for (const { after, action } of scenario.commands) if (after === swarm.round) swarm.command(action)
  }
}

/** A run whose commands are known beforehand ends with the same bits. */
export async function demandSameFromCommands(
  scenario: Scenario,
  { commanded, seen }: Watched
): Promise<void> {
  if (commanded.length === 0) return
  const swarm = await swarmIn(scenario, { commanded })
  for await (const _ of watchedRounds(swarm, scenario));
  const [there, here] = [swarm.state(), seen.at(-1)?.state]
  demand(isDeepStrictEqual(there, here), 'a run is repeated from its commands', () =>
    difference(there, here, 'state')
  )
}

/** The first place where two things differ. */
function difference(a: unknown, b: unknown, place: string): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return `${place} is ${String(a)}, not ${String(b)}`
  }
  const [own, other] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  for (const key of new Set([...own.keys(), ...other.keys()])) {
    const [x, y] = [own.get(key), other.get(key)]
    if (!isDeepStrictEqual(x, y)) return difference(x, y, `${place}.${key}`)
  }
  return place
}
