/** Plays the scenario of a seed: what must hold in every round, once more, and when it is calm. */
import { demandSameAfterInterruption, demandSameFromCommands } from './again.ts'
import { demandCalm } from './calm.ts'
import { type Scenario, scenarioOf } from './scenario.ts'
import { watch } from './watch.ts'

/** Throws a Violation, or what the product throws. */
export async function play(scenario: Scenario): Promise<void> {
  const watched = await watch(scenario)
  if (watched.hasDiverged) return
  await demandSameAfterInterruption(scenario, watched)
  await demandSameFromCommands(scenario, watched)
  await demandCalm(scenario, watched)
}

/** What is wrong in the scenario of a seed, after the command that replays it; undefined if nothing is. */
export async function failureOf(seed: number): Promise<string | undefined> {
  try {
    await play(scenarioOf(seed))
    return undefined
  } catch (error) {
    return `npm run fuzz -- --seed ${seed}  # ${error instanceof Error ? error.message : String(error)}`
  }
}
