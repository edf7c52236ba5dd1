/** The largest step size up to which a swarm is stable, by bisection on the spectral radius of a round. */
import { secondMoments } from './covariance.ts'
import type { StepSettings } from './expected-steps.ts'
import { isStable, isStablePositive } from './linear-map.ts'
import { type NoEnd, stepsOf } from './mean-path.ts'
import { meanRounds } from './round.ts'
import type { Sampler } from './sampler.ts'
import { isUnknown, type LinearSwarm } from './subject.ts'

/** Step sizes are looked for up to so many times the given one, either way. */
const FACTOR = 4096

/** Whether the mean path converges, or at least stays; undefined if about `work` multiplications do not say. */
export function meanIsStable(swarm: LinearSwarm, settings: StepSettings, work: number): boolean | undefined {
  const steps = stepsOf(swarm, settings, work)
  return isUnknown(steps) ? verdictOf(steps) : isStable(meanRounds(swarm.recursion, steps), work)
}

/** Whether the variance of independent samples stays bounded; undefined if about `work` multiplications do not say. */
export function varianceIsStable(
  swarm: LinearSwarm,
  sampler: Sampler,
  settings: StepSettings,
  work: number
): boolean | undefined {
  const { recursion } = swarm
  const steps = stepsOf(swarm, settings, work)
  if (isUnknown(steps)) return verdictOf(steps)
  const rounds = meanRounds(recursion, steps)
  // The map of second moments alone does not depend on where the mean path ends.
  const end = new Float64Array(rounds.size)
  const map = secondMoments({ recursion, steps, rounds, end }, sampler, work)
  return map && isStablePositive(map, map.identity, work)
}

const verdictOf = ({ why }: NoEnd): false | undefined => (why === 'diverges' ? false : undefined)

/** One of the step sizes that are looked at, and how many there will be, about. */
export interface Look {
  readonly look: number
  readonly about: number
}

/**
 * The largest step size that is stable, to `precision`, relative; null where every step size looked at is. Undefined where it is not
 * found: where one far from the limit cannot be judged, or none is stable. `onLook` is told before each look.
 */
export function largestStable(
  given: number,
  precision: number,
  stableAt: (stepSize: number) => boolean | undefined,
  onLook: (look: Look) => void = () => {}
): number | null | undefined {
  let stable = given
  let unstable = given
  let looks = 0
  /** `factor`: to which the limit will be known then, at best. */
  function look(stepSize: number, factor: number): boolean | undefined {
    looks++
    onLook({ look: looks, about: looks + Math.ceil(Math.log2(Math.log(factor) / Math.log1p(precision))) })
    return stableAt(stepSize)
  }
  const first = look(given, 2)
  if (first === undefined) return undefined
  if (first) {
    do {
      stable = unstable
      unstable *= 2
      if (unstable > given * FACTOR) return null
    } while (look(unstable, 2) === true)
  } else {
    do {
      unstable = stable
      stable /= 2
      if (stable < given / FACTOR) return undefined
    } while (look(stable, 2) !== true)
  }
  while (unstable / stable > 1 + precision) {
    const middle = Math.sqrt(stable * unstable)
    // What cannot be judged is so near the limit that either side will do.
    if (look(middle, middle / stable) === true) stable = middle
    else unstable = middle
  }
  return stable
}
