/** The page about a comparison, with its graphs where they can be drawn. */
import { edgeList } from '../../topologies/parts/graph.ts'
import { traitsOf, usesHub } from '../aggregation/names.ts'
import type { JudgedOutcome } from '../compare/findings.ts'
import type { Experiment } from '../experiment/schema.ts'
import { comparisonReport } from '../report/html/comparison-report.ts'
import type { Placed } from '../report/html/graph.ts'
import type { Report } from '../report/html/page.ts'
import { placesOf } from '../session/stage.ts'
import { settingOf } from '../setting.ts'

/** More are not drawn, and take long to be placed. */
const MOST_PLACED = 256

/** Of what is there. */
export function comparisonPage(outcome: JudgedOutcome): Report {
  const known = new Map<string, Placed>()
  const graphs = outcome.comparison.contenders.map(({ experiment }) => placedOf(experiment, known))
  return comparisonReport({ ...outcome, graphs })
}

/** Where to draw the graph of an experiment; undefined where nobody talks. The same graph is placed but once. */
function placedOf(experiment: Experiment, known: Map<string, Placed>): Placed | undefined {
  const { aggregation, peers, topology, seed, rounds } = experiment
  if (traitsOf(aggregation).over === 'nothing' || peers > MOST_PLACED) return undefined
  const isHub = usesHub(aggregation)
  const key = JSON.stringify([peers, isHub, isHub ? null : [topology, seed, rounds]])
  const found = known.get(key)
  if (found !== undefined) return found
  const setting = settingOf(experiment)
  const edges = isHub
    ? Array.from({ length: peers }, (_, i): [number, number] => [i, peers])
    : edgeList(setting.graph, false)
  const placed = { places: placesOf(setting), edges }
  known.set(key, placed)
  return placed
}
