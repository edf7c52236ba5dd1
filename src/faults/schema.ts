/** The form of faults: as they are written, zod schemas, and as a run obeys them, plain data with everything decided. */
import { z } from 'zod'
import { present } from '../core/assert.ts'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { type Named, parseNamed } from '../experiment/named.ts'
import { check, type Place, within } from '../experiment/problem.ts'
import type { Stop } from '../interfaces.ts'
import { delays, losses } from './families.ts'

/** A peer by its number, or the hub of a star. */
export type Participant = number | 'hub'
export type Pair = readonly [Participant, Participant]
/** Of a pair [i, j]: what each sends the other, or what i sends j. */
export type Direction = 'both' | 'one-way'

/** `one-way`: each message on its own; `both`: the two messages of an edge together. */
export interface Loss extends Named {
  /** In [0, 1). */
  readonly probability: number
}

/** What happens between two rounds. A list of participants or pairs is obeyed in its order. */
export type FaultAction =
  | { readonly stop: readonly Participant[]; readonly how: Stop }
  /** With its state, or with none: anew. */
  | { readonly return: readonly Participant[]; readonly state: 'kept' | 'lost' }
  /** They were absent until then. */
  | { readonly join: readonly Participant[] }
  | { readonly cut: readonly Pair[]; readonly direction: Direction }
  /** The cuts between these pairs, or all cuts and the partition. */
  | { readonly heal: 'all' | readonly Pair[] }
  /** Messages between different groups are lost; who is listed nowhere is in one more group. */
  | { readonly partition: readonly (readonly Participant[])[] }
  /** From then on they send `byMs` later; 0 ends it. */
  | { readonly slow: readonly Participant[]; readonly byMs: number }
  | { readonly loss: Loss }
  | { readonly delayMs: Named }
  | { readonly duplicates: number }
  | { readonly reordering: number }

/** It takes effect when `after` rounds are completed. */
export type FaultEvent = FaultAction & { readonly after: number }

/** What is different on one link, or on both of an edge; null is as everywhere. */
export interface LinkFault {
  readonly from: Participant
  readonly to: Participant
  readonly loss: Loss | null
  readonly delayMs: Named | null
  readonly direction: Direction
}

export interface Faults {
  /** Probability that a second copy of a message arrives. */
  readonly duplicates: number
  /** Probability that a message arrives after the others of its exchange. */
  readonly reordering: number
  /** A later one overrides an earlier one. */
  readonly links: readonly LinkFault[]
  /** In any order; those of one `after` are obeyed in theirs. */
  readonly events: readonly FaultEvent[]
}

const participant = z.union([z.int().min(0), z.literal('hub')], 'must be the number of a peer, or hub')
const participants = z.union(
  [participant.transform(one => [one]), z.array(participant).min(1, 'must list somebody')],
  'must be the number of a peer, hub, or a list of them'
)
const pair = z.tuple([participant, participant])
const pairs = z
  .union(
    [pair.transform(one => [one]), z.array(pair).min(1)],
    'must be two participants as [0, 1], or a list of such pairs'
  )
  .refine(list => list.every(([i, j]) => i !== j), 'must pair different participants')
const direction = z.enum(['both', 'one-way']).default('both')
const probability = z.number().min(0).max(1)

/** A number, or a thing with options: what `loss` and `delayMs` may be. */
export const numberOrNamed = z.union(
  [z.number(), z.string(), z.looseObject({ name: z.string() })],
  'must be a number, a name, or { name: …, option: value }'
)

const actionSchemas = {
  stop: z.strictObject({ stop: participants, how: z.enum(['closed', 'killed', 'frozen']).default('closed') }),
  return: z.strictObject({ return: participants, state: z.enum(['kept', 'lost']).default('lost') }),
  join: z.strictObject({ join: participants }),
  cut: z.strictObject({ cut: pairs, direction }),
  heal: z.strictObject({
    heal: z.union(
      [z.literal('all'), pairs],
      'must be all, two participants as [0, 1], or a list of such pairs'
    )
  }),
  partition: z.strictObject({
    partition: z
      .array(
        z.array(participant, 'must be a list of participants'),
        'must be a list of groups, as [[0, 1], [2, 3]]'
      )
      .min(1)
      .refine(groups => new Set(groups.flat()).size === groups.flat().length, 'must list nobody twice')
  }),
  slow: z.strictObject({ slow: participants, byMs: z.number().min(0) }),
  loss: z.strictObject({ loss: numberOrNamed }),
  delayMs: z.strictObject({ delayMs: numberOrNamed }),
  duplicates: z.strictObject({ duplicates: probability }),
  reordering: z.strictObject({ reordering: probability })
}

type ActionName = keyof typeof actionSchemas
const ACTION_NAMES = Object.keys(actionSchemas) as readonly ActionName[]

/** The key that tells what an action is. */
export const actionNameOf = (action: FaultAction): ActionName =>
  present(
    ACTION_NAMES.find(name => name in action),
    'the action of an event'
  )

const linkSchema = z
  .strictObject({
    from: participant,
    to: participant,
    loss: numberOrNamed.nullable().default(null),
    delayMs: numberOrNamed.nullable().default(null),
    direction
  })
  .refine(({ from, to }) => from !== to, { message: 'must be another participant than from', path: ['to'] })

const after = z.int().min(0)

const outerSchema = z.strictObject({
  loss: numberOrNamed.optional(),
  delayMs: numberOrNamed.optional(),
  duplicates: probability.default(0),
  reordering: probability.default(0),
  links: z.array(z.unknown(), 'must be a list').default([]),
  events: z.array(z.unknown(), 'must be a list').default([])
})

/** Faults as they are written, to the last detail: for editors. `parseFaults` tells mistakes better. */
export const faultsSchema = outerSchema.extend({
  links: z.array(linkSchema).default([]),
  events: z
    .array(z.union(ACTION_NAMES.map(name => z.strictObject({ after, ...actionSchemas[name].shape }))))
    .default([])
})

/** Faults as they are run, and what they say of all messages. */
export interface ParsedFaults {
  readonly faults: Faults
  readonly loss: Loss | undefined
  readonly delayMs: Named | undefined
}

/** Takes what a user wrote apart, form alone. Throws an ExperimentError at `place` for what faults cannot be. */
export function parseFaults(raw: unknown, place: Place): ParsedFaults {
  const { loss, delayMs, duplicates, reordering, links, events } = check(
    outerSchema,
    raw,
    Object.keys(outerSchema.shape),
    place
  )
  return {
    faults: {
      duplicates,
      reordering,
      links: links.map((link, k) => parseLink(link, within(place, 'links', k))),
      events: events.map((event, k) => parseEvent(event, within(place, 'events', k)))
    },
    loss: loss === undefined ? undefined : parseLoss(loss, within(place, 'loss')),
    delayMs: delayMs === undefined ? undefined : parseDelay(delayMs, within(place, 'delayMs'))
  }
}

/** `0.1`, `both:0.1` or `{ name: both, probability: 0.1 }`. Throws an ExperimentError at `place`. */
export function parseLoss(value: unknown, place: Place): Loss {
  const { name, options } = parseNamed(value, losses, place)
  return { name, ...options }
}

/** `20`, `uniform:low=10,high=50` or such an object. Throws an ExperimentError at `place`. */
export const parseDelay = (value: unknown, place: Place): Named => parseNamed(value, delays, place).named

/** An event with its `after`. Throws an ExperimentError at `place`. */
export function parseEvent(raw: unknown, place: Place): FaultEvent {
  const { after: rounds, ...action } = check(z.looseObject({ after }), raw, [], place)
  return { after: rounds, ...parseAction(action, place) }
}

/** An event without its `after`, as a command gives it. Throws an ExperimentError at `place`. */
export function parseAction(raw: unknown, place: Place): FaultAction {
  const given = check(z.looseObject({}), raw, [], place)
  const [name, second] = ACTION_NAMES.filter(each => Object.hasOwn(given, each))
  if (name === undefined) {
    const [key] = Object.keys(given)
    if (key === undefined)
      throw new ExperimentError(`${place([])}: must have one of ${ACTION_NAMES.join(', ')}`)
    throw new ExperimentError(`${place([key], 'key')}: unknown key${allowed(key, ACTION_NAMES)}`)
  }
  if (second !== undefined) {
    throw new ExperimentError(`${place([second], 'key')}: must be an event of its own, apart from ${name}`)
  }
  const schema = actionSchemas[name]
  const action = check(schema, given, Object.keys(schema.shape), place)
  if ('loss' in action) return { loss: parseLoss(action.loss, within(place, 'loss')) }
  if ('delayMs' in action) return { delayMs: parseDelay(action.delayMs, within(place, 'delayMs')) }
  return action
}

function parseLink(raw: unknown, place: Place): LinkFault {
  const { loss, delayMs, ...link } = check(linkSchema, raw, Object.keys(linkSchema.shape), place)
  return {
    ...link,
    loss: loss === null ? null : parseLoss(loss, within(place, 'loss')),
    delayMs: delayMs === null ? null : parseDelay(delayMs, within(place, 'delayMs'))
  }
}
