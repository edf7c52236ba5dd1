/** How messages are lost and how long they take, by the names that users give. A number alone is the first of each. */
import { z } from 'zod'
import { exp, log } from '../core/elementary.ts'
import type { Family } from '../interfaces.ts'

export interface LossOptions {
  /** In [0, 1). */
  readonly probability: number
}

const lossOptions = z.strictObject({ probability: z.number().min(0).lt(1) })

export const losses: Readonly<Record<string, Family<LossOptions>>> = {
  'one-way': {
    description: 'each message is lost with `probability`, whatever happens to the one the other way',
    options: lossOptions,
    positional: 'probability'
  },
  both: {
    description: 'both messages of an edge, one each way, are lost together with `probability`',
    options: lossOptions,
    positional: 'probability'
  }
}

export interface DelayFamily<O = unknown> extends Family<O> {
  /** The delay in milliseconds that a fraction u, 0 ≤ u < 1, of all messages does not exceed. */
  quantileMs(options: O, u: number): number
}

const atLeastZero = z.number().min(0)

const constant: DelayFamily<{ readonly ms: number }> = {
  description: 'every message takes `ms` milliseconds',
  options: z.strictObject({ ms: atLeastZero }),
  positional: 'ms',
  quantileMs: ({ ms }) => ms
}

const uniform: DelayFamily<{ readonly low: number; readonly high: number }> = {
  description: 'between `low` and `high` milliseconds, all equally likely',
  options: z
    .strictObject({ low: atLeastZero, high: atLeastZero })
    .refine(({ low, high }) => low <= high, { message: 'must be at least low', path: ['high'] }),
  quantileMs: ({ low, high }, u) => low + u * (high - low)
}

const exponential: DelayFamily<{ readonly mean: number }> = {
  description: 'exponentially distributed with this `mean` in milliseconds',
  options: z.strictObject({ mean: atLeastZero }),
  quantileMs: ({ mean }, u) => -mean * log(1 - u)
}

/** P(delay > x) = (x_min / x)^shape from x_min = median / 2^(1 / shape) on. */
const pareto: DelayFamily<{ readonly median: number; readonly shape: number }> = {
  description:
    'heavy tail: half of the messages take `median` milliseconds or less; the smaller `shape`, the longer the rest',
  options: z.strictObject({ median: z.number().positive(), shape: z.number().positive() }),
  quantileMs: ({ median, shape }, u) => median * exp(-log(2 * (1 - u)) / shape)
}

export const delays: Readonly<Record<string, DelayFamily>> = { constant, uniform, exponential, pareto }
