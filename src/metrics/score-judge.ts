/**
 * How policies of simulated environments are judged: by the mean score of a few episodes, undiscounted. Every peer has its own
 * draws for that, the same at every measurement and for every policy: the score follows from θ alone, and policies that are
 * compared meet the same chances.
 */
import {
  type Episode,
  EpisodeRunner,
  type PolicyAt,
  simulationsOf
} from '../../peers/environments/episodes.ts'
import { SWARM, stream } from '../core/random.ts'
import type { ScoreReadOut, SimulatedFleet } from '../interfaces.ts'
import type { PeerJudge } from './judge.ts'
import { policyColumns } from './policies.ts'

/** Of each measurement of a peer. */
const EPISODES = 4
/** Observations on which policies are compared, and in the environments of how many peers they are made. */
const PROBES = 64
const PROBED_PEERS = 8

export function scoreJudge(fleet: SimulatedFleet, { policyAt }: ScoreReadOut, seed: string): PeerJudge {
  const { peers, actions } = fleet
  const probes = probesOf(fleet, seed)
  const weights = new Float64Array(probes.length).fill(1 / probes.length)
  const runner = new EpisodeRunner(fleet)
  const simulationOf = simulationsOf(fleet)

  function scoreIn(peer: number, policy: PolicyAt): number {
    const random = stream(seed, peer, 'evaluation')
    let sum = 0
    for (let k = 0; k < EPISODES; k++) sum += runner.run(simulationOf(peer), policy, random).score
    return sum / EPISODES
  }
  /** What there is to see of the first of those episodes. */
  function watch(peer: number, policy: PolicyAt): { frames: number[][]; episode: Episode } {
    const simulation = simulationOf(peer)
    const frames: number[][] = []
    const episode = runner.run(simulation, policy, stream(seed, peer, 'evaluation'), () => {
      frames.push([...(simulation.draw?.() ?? [])])
    })
    return { frames, episode }
  }
  const policyOf =
    (theta: Float64Array, row: number): PolicyAt =>
    (observation, out) =>
      policyAt(theta, row, observation, out)
  return {
    solution: undefined,
    scale: 0,
    returnIn: (environment, parameters) => scoreIn(environment, policyOf(parameters, 0)),
    measure(theta, takesPart) {
      const returns = new Float64Array(peers).fill(Number.NaN)
      const policyInto = (i: number, out: Float64Array): void => {
        const policy = policyOf(theta.values, i * theta.stride)
        probes.forEach((observation, k) => {
          policy(observation, out.subarray(k * actions, (k + 1) * actions))
        })
      }
      for (let i = 0; i < peers; i++) {
        if (takesPart[i] === 1) returns[i] = scoreIn(i, policyOf(theta.values, i * theta.stride))
      }
      return {
        valueError: null,
        excessValueError: null,
        fixedPointError: null,
        return: returns,
        valueGap: null,
        ...policyColumns({ actions, weights, policyInto }, takesPart)
      }
    },
    view(peer, parameters) {
      const { frames, episode } = watch(peer, policyOf(parameters, 0))
      return {
        values: new Float64Array(0),
        exactValues: new Float64Array(0),
        federatedValues: null,
        weights: new Float64Array(0),
        policy: null,
        solution: null,
        ownSolution: null,
        episode: { ...episode, frames, stepMs: fleet.stepMs }
      }
    }
  }
}

/** What is seen in episodes of actions that are all as likely. */
function probesOf(fleet: SimulatedFleet, seed: string): readonly Float64Array[] {
  const runner = new EpisodeRunner(fleet)
  const random = stream(seed, SWARM, 'probes')
  const probed = Math.min(PROBED_PEERS, fleet.peers)
  const uniform: PolicyAt = (_observation, out) => out.fill(1 / fleet.actions)
  const probes: Float64Array[] = []
  for (let k = 0; k < probed; k++) {
    const simulation = fleet.simulationOf(Math.floor((k * fleet.peers) / probed))
    const wanted = Math.ceil(((k + 1) * PROBES) / probed)
    while (probes.length < wanted) {
      runner.run(simulation, uniform, random, observation => {
        if (probes.length < wanted) probes.push(observation.slice())
      })
    }
  }
  return probes
}
