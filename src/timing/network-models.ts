/**
 * The networks in which rounds are given a price in seconds: how fast peers compute, how long messages are on their way, how fast
 * each peer's line is, and what goes wrong.
 *
 * The defaults are orders of magnitude, to be replaced by what one has: a round trip within a data centre takes half a millisecond and one
 * between continents 150 ms (Dean, "Numbers everyone should know", 2009), Ethernet carries 1 or 10 Gbit/s (IEEE 802.3), LTE
 * of category 1 sends 5 Mbit/s (3GPP TS 36.306), and LoRa with spreading factor 7 in 125 kHz 5.47 kbit/s (LoRaWAN regional
 * parameters, data rate 5) after a preamble of 12.25 symbols of 1.024 ms each. Limits of how long a transmitter may be on air are
 * not counted, nor that radios share a channel, nor that a long message goes in several frames.
 */
import { z } from 'zod'
import { parseNamed } from '../experiment/named.ts'
import type { Place } from '../experiment/problem.ts'
import type { Family } from '../interfaces.ts'

/** Plain data; the same for all peers. */
export interface NetworkModel {
  /** From when a message leaves until its first byte is there. */
  readonly latencyMs: number
  /** What a peer's line carries, in each direction if it is full duplex. */
  readonly mbitPerSecond: number
  /** Whether a line carries messages out and in side by side, or they share it. */
  readonly duplex: 'full' | 'half'
  /** What a sample takes one peer: a transition, or a step of an episode. */
  readonly stepMs: number
  /** How much longer than that a peer computes in a round: exponentially distributed with this mean, as a part of what it computes. */
  readonly stragglers: number
  /** The probability that a message is lost and must be sent again. */
  readonly loss: number
}

function preset(description: string, defaults: NetworkModel): Family<NetworkModel> {
  return {
    description,
    options: z.strictObject({
      latencyMs: z.number().min(0).default(defaults.latencyMs),
      mbitPerSecond: z.number().positive().default(defaults.mbitPerSecond),
      duplex: z.enum(['full', 'half']).default(defaults.duplex),
      stepMs: z.number().min(0).default(defaults.stepMs),
      stragglers: z.number().min(0).default(defaults.stragglers),
      loss: z.number().min(0).lt(1).default(defaults.loss)
    })
  }
}

/** The only list of network models. */
export const networkModels: Readonly<Record<string, Family<NetworkModel>>> = {
  datacenter: preset('machines of one data centre: 10 Gbit/s, a quarter of a millisecond', {
    latencyMs: 0.25,
    mbitPerSecond: 10_000,
    duplex: 'full',
    stepMs: 0.01,
    stragglers: 0.1,
    loss: 0
  }),
  lan: preset('machines on one switch: gigabit Ethernet, half a millisecond through both operating systems', {
    latencyMs: 0.5,
    mbitPerSecond: 1000,
    duplex: 'full',
    stepMs: 0.01,
    stragglers: 0.1,
    loss: 0
  }),
  wan: preset('sites on different continents: 100 Mbit/s each, 75 ms', {
    latencyMs: 75,
    mbitPerSecond: 100,
    duplex: 'full',
    stepMs: 0.01,
    stragglers: 0.1,
    loss: 0.001
  }),
  edge: preset('small devices on a mobile network: 5 Mbit/s, 40 ms; they compute slowly and unevenly', {
    latencyMs: 40,
    mbitPerSecond: 5,
    duplex: 'full',
    stepMs: 0.1,
    stragglers: 1,
    loss: 0.01
  }),
  lora: preset('microcontrollers with LoRa radios: 5.47 kbit/s, one direction at a time', {
    latencyMs: 12.5,
    mbitPerSecond: 0.00547,
    duplex: 'half',
    stepMs: 1,
    stragglers: 0.1,
    loss: 0.05
  })
}

/**
 * The network that `value` names, as `wan` or `lan:latencyMs=2,loss=0.01`. Throws an ExperimentError that begins with `place` where it
 * names none.
 */
export const networkModelOf = (value: unknown, place: string | Place): NetworkModel =>
  parseNamed(value, networkModels, place).options

/** α */
export const latencySeconds = ({ latencyMs }: NetworkModel): number => latencyMs / 1000

/** B */
export const bytesPerSecond = ({ mbitPerSecond }: NetworkModel): number => mbitPerSecond * 125_000
