/** What the rounds of an experiment take in a network of one's own: the clock of `timing/`, given what the experiment says. */
import type { Experiment } from './experiment/schema.ts'
import type { NetworkPlan } from './interfaces.ts'
import { messageBytes } from './network/message-bytes.ts'
import { participationOf } from './participation.ts'
import { networkModelOf } from './timing/network-models.ts'
import { RoundClock } from './timing/round-clock.ts'
import type { MessageBytes } from './timing/transfers.ts'

/**
 * By the number of a round, which must not fall, how many seconds have passed after it. `price` is the network model as text,
 * `wan:latencyMs=80`; faults of the experiment are no part of it.
 */
export function predictor(
  experiment: Experiment,
  plan: NetworkPlan,
  price: string
): (round: number) => number {
  const { peers, localSteps, seed } = experiment
  const takesPart = participationOf(experiment)
  const work = { peers, localSteps, seed, takesPart }
  const clock = new RoundClock(plan, lengthOfMessages(plan), networkModelOf(price, 'price'), work)
  let passed = 0
  return round => {
    while (passed < round) clock.round(passed++)
    return clock.seconds
  }
}

/** Without flows that are offered again, which is seldom: after a loss. */
function lengthOfMessages({ payload, flows, hops: [links] }: NetworkPlan): MessageBytes {
  if (!flows || links === undefined) return messageBytes(payload, undefined)
  const { rowStart } = links
  return sender => messageBytes(payload, rowStart[sender + 1]! - rowStart[sender]!)
}

/** What so many rounds take. */
export interface PredictedTime {
  readonly seconds: number
  /** Rounds of which this was found; the others are taken to go on as the second half of these. */
  readonly simulated: number
}

/** Peers and links of as many rounds as are simulated at most: a second or two. */
const MOST_WORK = 3e7
const LEAST_SIMULATED = 2

/** Of the first `rounds` rounds. */
export function predictedTime(
  experiment: Experiment,
  plan: NetworkPlan,
  price: string,
  rounds: number,
  mostWork = MOST_WORK
): PredictedTime {
  const secondsAfter = predictor(experiment, plan, price)
  const work = plan.hops.reduce((sum, { senders }) => sum + senders.length, plan.participants)
  const simulated = Math.min(rounds, Math.max(LEAST_SIMULATED, Math.floor(mostWork / work)))
  const half = simulated >> 1
  const halfway = secondsAfter(half)
  const seconds = secondsAfter(simulated)
  if (simulated === rounds) return { seconds, simulated }
  return { seconds: seconds + ((rounds - simulated) * (seconds - halfway)) / (simulated - half), simulated }
}
