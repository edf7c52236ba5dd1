/**
 * A policy that is read from observations, π(·|o) = softmax of the outputs of its layers, and beside it the value of what is
 * observed, from layers of the same shape. A row of θ holds the actor, then the critic, and what else a learner puts behind.
 */
import { z } from 'zod'
import { exp } from '../../src/core/elementary.ts'
import type { Fleet, RandomStream, ReadOut, SimulatedFleet } from '../../src/interfaces.ts'
import { featuresInto } from '../environments/simulated.ts'
import { Layers } from './layers.ts'

const HIDDEN = "must be 'none', a whole number, or several as in 64-64"

/** The option `hidden`. */
export const hiddenOption = (standard: 'none' | number) =>
  z
    .union(
      [
        z.literal('none'),
        z.int().min(1).max(4096),
        z.string().regex(/^[1-9]\d{0,3}(-[1-9]\d{0,3})+$/, HIDDEN)
      ],
      HIDDEN
    )
    .default(standard)
    .describe('neurons of each layer between what is seen and what is done, or none: a linear policy')

export interface NetworkOptions {
  readonly hidden: 'none' | number | string
  /** Without it there is no critic. */
  readonly baseline: 'value' | 'none'
}

export interface Networks {
  readonly actor: Layers
  readonly critic: Layers | undefined
}

/** Doubles of actor and critic. */
export const learntBy = ({ actor, critic }: Networks): number => actor.parameters + (critic?.parameters ?? 0)

export function networksOf(fleet: Fleet | SimulatedFleet, { hidden, baseline }: NetworkOptions): Networks {
  const seen = fleet.kind === 'finite' ? fleet.features.count : fleet.observations
  const between = hidden === 'none' ? [] : `${hidden}`.split('-').map(Number)
  return {
    actor: new Layers([seen, ...between, fleet.actions]),
    critic: baseline === 'none' ? undefined : new Layers([seen, ...between, 1])
  }
}

/** Outputs at `at` become the probabilities of actions. */
export function softmaxInPlace(tape: Float64Array, at: number, actions: number): void {
  let most = tape[at]!
  for (let a = 1; a < actions; a++) most = Math.max(most, tape[at + a]!)
  let sum = 0
  for (let a = 0; a < actions; a++) {
    const below = tape[at + a]! - most
    const e = below === 0 ? 1 : exp(below)
    tape[at + a] = e
    sum += e
  }
  for (let a = 0; a < actions; a++) tape[at + a] = tape[at + a]! / sum
}

/** The actor, at the beginning of the row. */
export function policyReadOut(fleet: Fleet | SimulatedFleet, { actor }: Networks): ReadOut {
  const tape = new Float64Array(actor.width)
  const width = actor.parameters
  function decide(theta: Float64Array, row: number, out: Float64Array, at: number): void {
    actor.forward(theta, row, tape, 0)
    softmaxInPlace(tape, actor.outputs, fleet.actions)
    for (let a = 0; a < fleet.actions; a++) out[at + a] = tape[actor.outputs + a]!
  }
  if (fleet.kind === 'simulated')
    return {
      measures: 'score',
      width,
      policyAt(theta, row, observation, out) {
        tape.set(observation)
        decide(theta, row, out, 0)
      }
    }
  return {
    measures: 'policy',
    width,
    policyInto(actions, theta, row, out) {
      for (let at = 0; at < out.length; at += actions) {
        featuresInto(fleet, at / actions, tape)
        decide(theta, row, out, at)
      }
    }
  }
}

/** Writes a row to start from: actor and critic at random, 0 behind them. */
export function startNetworks({ actor, critic }: Networks, random: RandomStream, row: Float64Array): void {
  row.fill(0)
  actor.startInto(random, row, 0)
  critic?.startInto(random, row, actor.parameters)
}
