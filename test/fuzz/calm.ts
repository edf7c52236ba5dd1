/** Where a swarm ends when it is calm: at the point of those that are still there, whatever it went through. */
import { present } from '../../src/core/assert.ts'
import type { NeighbourState } from '../../src/interfaces.ts'
import type { Swarm } from '../../src/swarm.ts'
import { endsOf, type Points } from './ends.ts'
import type { Expected } from './expected.ts'
import { demand } from './moment.ts'
import type { Scenario } from './scenario.ts'
import { runTo, swarmFrom } from './swarms.ts'
import type { Watched } from './watch.ts'

/** Rounds until a swarm must have agreed and arrived, and between two looks at it. */
const CALM_WITHIN = 40_000
const LOOKED_AT_EVERY = 50
const CLOSE = 1e-8

/** Lets the swarm run on until those who are there agree, and are where they should be. */
export async function demandCalm(scenario: Scenario, watched: Watched): Promise<void> {
  const { expected, seen } = watched
  const points = endsOf(scenario.setting, watched)
  // Links with terms of their own go on to lose messages.
  const agrees = scenario.setting.experiment.faults?.links.length === 0
  if ((!agrees || watched.mayDiverge) && points.size === 0) return
  const swarm = await swarmFrom(scenario, present(seen.at(-1), 'the last round').state)
  const scale = Math.max(1, ...[...points.values()].flatMap(point => [...point.values()].map(Math.abs)))

  /** What is not as it should be yet, if anything. */
  function wrong(): string | undefined {
    const disagreement = agrees ? disagreementIn(expected, swarm) : undefined
    if (disagreement !== undefined) return disagreement
    const off = farthest(points, swarm)
    return off <= CLOSE * scale ? undefined : `θ is ${off} off`
  }
  if (wrong() === undefined) return
  for await (const _ of runTo(swarm, CALM_WITHIN, LOOKED_AT_EVERY)) if (wrong() === undefined) return
  demand(false, 'when it is calm the swarm agrees and arrives', () => `round ${swarm.round}: ${wrong()}`)
}

/** Where a peer does not hear whom it can, has not given up whom it cannot, or two that hear each other do not agree. */
function disagreementIn(expected: Expected, swarm: Swarm): string | undefined {
  const neighboursOf = (i: number): readonly NeighbourState[] => swarm.inspect(i).neighbours
  for (const i of expected.up) {
    if (i >= swarm.takesPart.length) continue
    for (const { neighbour: j, silence, epoch } of neighboursOf(i)) {
      if (silence !== (expected.hears(i, j) ? 0 : Number.POSITIVE_INFINITY)) {
        return `peer ${i} has not heard ${j} for ${silence} exchanges`
      }
      if (!expected.hears(i, j) || !expected.hears(j, i)) continue
      const other = neighboursOf(j).find(({ neighbour }) => neighbour === i)
      if (other !== undefined && epoch !== other.epoch) {
        return `${i} and ${j} are of epochs ${epoch} and ${other.epoch}`
      }
    }
  }
  return undefined
}

function farthest(points: Points, { theta: { values, stride } }: Swarm): number {
  let most = 0
  for (const [i, point] of points) {
    for (const [c, x] of point) most = Math.max(most, Math.abs(values[i * stride + c]! - x))
  }
  return most
}
