/** What is measured is measured of those that take part, and everything is a number. */
import { requireFinite } from '../../peers/finite.ts'
import { present } from '../../src/core/assert.ts'
import { METRICS } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'
import { demand, type Invariant, type Moment, scaleOf } from './moment.ts'
import type { Scenario } from './scenario.ts'
import { federatedPoint, systemsOf } from './slow.ts'

/** Rounds between those in which θ* is solved for anew. */
const SOLVED_EVERY = 16

/** No parameter, correction or flow is infinite or no number. */
export const everythingIsFinite: Invariant = ({ round, after }) => {
  const arrays = { theta: after.theta, ...after.aggregation }
  for (const [name, values] of Object.entries(arrays)) {
    const at = values.findIndex((x: number) => !Number.isFinite(x))
    demand(at < 0, 'every number is finite', () => `round ${round}, ${name}[${at}]: ${values[at]}`)
  }
}

/** While every message arrived and everybody took part, corrections sum to zero. */
export function correctionsCancel({ setting: { experiment } }: Scenario): Invariant {
  let isUnharmed = true
  return ({ round, expected, sample, exchanges }) => {
    const areAllThere = expected.up.size === exchanges[0]!.links.participants && expected.begun.size === 0
    isUnharmed &&= areAllThere && sample.traffic.missing === 0
    if (!isUnharmed || sample.correctionSum === null) return
    const sum = sample.correctionSum * experiment.stepSize * experiment.localSteps
    const scale = scaleOf(exchanges[0]!.payloads)
    demand(
      sum <= 1e-11 * scale * experiment.peers,
      'corrections sum to zero while nothing goes wrong',
      () => `round ${round}: ηH‖Σξ‖ = ${sum}, with parameters up to ${scale}`
    )
  }
}

/** What a sample says, computed anew from what the peers know; θ* by another solver, every so often. */
export function errorsAreOfThoseThere({ setting }: Scenario): Invariant {
  const { fleet, experiment } = setting
  const systems = experiment.learner.name === 'td' ? systemsOf(requireFinite(fleet, 'td')) : undefined
  return moment => {
    const { round, sample, expected, reports } = moment
    const there = range(experiment.peers).filter(i => expected.up.has(i))
    const stopped = range(experiment.peers).filter(i => !expected.up.has(i))
    demand(
      sample.stopped.join() === stopped.join(),
      'the sample says who is stopped',
      () => `round ${round}: ${sample.stopped.join()}, not ${stopped.join()}`
    )
    for (const metric of METRICS) {
      const column = sample.peers[metric]
      if (column === null) continue
      const strange = column.findIndex((x, i) => Number.isFinite(x) !== expected.up.has(i))
      demand(
        strange < 0,
        'errors are those of the peers that take part',
        () => `round ${round}, ${metric} of peer ${strange}: ${column[strange]}`
      )
      const those = there.map(i => column[i]!)
      const isMean = metric === 'return' || metric === 'entropy'
      const total = isMean ? mean(those) : Math.sqrt(mean(those.map(x => x * x)))
      demandNear(moment, `${metric} of the swarm`, sample.swarm[metric], total)
    }
    const rows = there.map(i => reports[i]!.parameters)
    const middle = rows[0]!.map((_, c) => mean(rows.map(row => row[c]!)))
    for (const [n, i] of there.entries()) {
      const off = Math.hypot(...middle.map((x, c) => rows[n]![c]! - x))
      demandNear(moment, `consensusError of peer ${i}`, sample.peers.consensusError?.[i], off)
    }
    if (sample.correctionSum !== null) {
      const corrections = there.map(i => present(reports[i]!.correction, 'ξ'))
      const sums = corrections[0]!.map((_, c) => corrections.reduce((total, xi) => total + xi[c]!, 0))
      demandNear(moment, 'the sum of the corrections', sample.correctionSum, Math.hypot(...sums))
    }
    if (systems === undefined || round % SOLVED_EVERY !== 0) return
    const point = federatedPoint(systems, there)
    for (const [n, i] of there.entries()) {
      const off = Math.hypot(...[...point].map(([c, x]) => rows[n]![c]! - x))
      demandNear(moment, `fixedPointError of peer ${i}`, sample.peers.fixedPointError?.[i], off)
    }
  }
}

const mean = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0) / values.length

function demandNear({ round }: Moment, what: string, found: number | null | undefined, right: number): void {
  demand(
    typeof found === 'number' && Math.abs(found - right) <= 1e-9 * Math.max(1, right),
    'errors are what another solver finds',
    () => `round ${round}, ${what}: ${found}, not ${right}`
  )
}
