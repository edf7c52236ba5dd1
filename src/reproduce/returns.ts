/** What policies return along a simulated run, as the figures of policy gradient need it. */
import { present } from '../core/assert.ts'
import type { RoundSample } from '../interfaces.ts'
import type { Setting } from '../setting.ts'
import { mean } from '../statistics/mean.ts'
import { type FiniteSetting, walk } from './simulate.ts'

export interface ReturnsPoint {
  readonly round: number
  /** Of each peer's policy in the environments of all types alike: their mean, and the least of them. */
  readonly mean: number
  readonly least: number
  /** Root mean square distance of the peers' parameters from their mean. */
  readonly consensusError: number
}

/**
 * Runs the setting, and looks at the policies after each of the rounds in `shown` that is measured. Each is judged as one for all: by
 * its mean return in one environment of every type.
 */
export async function returnsAlong(
  setting: Setting,
  shown: ReadonlySet<number>,
  seed: string
): Promise<readonly ReturnsPoint[]> {
  const { fleet, judge } = setting
  const returnIn = present(judge.returnIn, 'a judge of policies')
  const ofTypes = [...new Set(fleet.types)].map(type => fleet.types.indexOf(type))
  const points: ReturnsPoint[] = []
  await walk(setting, {
    seed,
    onSample({ round, swarm }: RoundSample, { theta: { values, stride, parameters } }) {
      if (!shown.has(round)) return
      const returns = Array.from({ length: fleet.peers }, (_, i) => {
        const own = values.slice(i * stride, i * stride + parameters)
        return ofTypes.reduce((sum, of) => sum + returnIn(of, own) / ofTypes.length, 0)
      })
      points.push({
        round,
        mean: returns.reduce((sum, one) => sum + one / returns.length, 0),
        least: Math.min(...returns),
        consensusError: swarm.consensusError ?? Number.NaN
      })
    }
  })
  return points
}

/** What the uniform policy returns, which is that of θ = 0: in the mean over the peers. */
export function uniformReturn({ fleet, judge }: FiniteSetting): number {
  const returnIn = present(judge.returnIn, 'a judge of policies')
  const undecided = new Float64Array(fleet.states * fleet.actions)
  return mean(Array.from({ length: fleet.peers }, (_, i) => returnIn(i, undecided)))
}

/** Multiples of `every` up to `rounds`, about evenly spaced on a logarithmic axis, with those in `also`. */
export function spacedRounds(rounds: number, every: number, also: readonly number[] = []): Set<number> {
  const shown = new Set(also.filter(round => round <= rounds))
  for (let at = 1; at * every <= rounds; at = Math.max(at + 1, Math.round(at * 1.2))) shown.add(at * every)
  return shown.add(rounds)
}
