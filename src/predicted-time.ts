/** What the rounds of an experiment take in a network of one's own: the clock of `timing/`, given what the experiment says. */
import type { Experiment } from './experiment/schema.ts'
import type { NetworkPlan } from './interfaces.ts'
import { messageBytes } from './network/message-bytes.ts'
import { participationOf } from './participation.ts'
import { networkModelOf } from './timing/network-models.ts'
import { RoundClock } from './timing/round-clock.ts'
import type { MessageBytes } from './timing/transfers.ts'

/**
 * How many seconds have passed after a round, whose number must not fall. `lived`: the steps of episodes that a peer had taken by then,
 * on average, where learners live through episodes; they are spread evenly over its rounds since the one asked for before. Elsewhere
 * each local step takes a sample.
 */
export type SecondsAfter = (round: number, lived?: number) => number

/** `price` is the network model as text, `wan:latencyMs=80`; faults of the experiment are no part of it. */
export function predictor(experiment: Experiment, plan: NetworkPlan, price: string): SecondsAfter {
  const { peers, localSteps, seed } = experiment
  const takesPart = participationOf(experiment)
  const work = { peers, localSteps, seed, takesPart }
  const clock = new RoundClock(plan, lengthOfMessages(plan), networkModelOf(price, 'price'), work)
  /** In how many of these rounds a peer takes part, on average. */
  const turnsIn = (from: number, to: number): number => {
    if (takesPart === undefined) return to - from
    let turns = 0
    for (let round = from; round < to; round++) for (const part of takesPart(round)) turns += part
    return turns / peers
  }
  let passed = 0
  let counted = 0
  const samplesUntil = (round: number, lived: number): number => {
    // Where somebody stops who had lived through more than the others the average falls; of nobody it is NaN.
    if (!(lived > counted)) return 0
    const samples = (lived - counted) / turnsIn(passed, round)
    counted = lived
    return samples
  }
  return (round, lived) => {
    if (passed < round) {
      const samples = lived === undefined ? localSteps : samplesUntil(round, lived)
      while (passed < round) clock.round(passed++, samples)
    }
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

/** Of the first `rounds` rounds, in which a peer lived through so many steps of episodes, on average, if it does live through episodes. */
export function predictedTime(
  experiment: Experiment,
  plan: NetworkPlan,
  price: string,
  rounds: number,
  lived?: number,
  mostWork = MOST_WORK
): PredictedTime {
  const secondsAfter = predictor(experiment, plan, price)
  const work = plan.hops.reduce((sum, { senders }) => sum + senders.length, plan.participants)
  const simulated = Math.min(rounds, Math.max(LEAST_SIMULATED, Math.floor(mostWork / work)))
  const half = simulated >> 1
  const livedUntil = (round: number) => (lived === undefined ? undefined : (lived * round) / rounds)
  const halfway = secondsAfter(half, livedUntil(half))
  const seconds = secondsAfter(simulated, livedUntil(simulated))
  if (simulated === rounds) return { seconds, simulated }
  return { seconds: seconds + ((rounds - simulated) * (seconds - halfway)) / (simulated - half), simulated }
}
