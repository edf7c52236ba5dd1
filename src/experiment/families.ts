/** The keys of an experiment whose values are named things with options: what there is, and what stands if none is named. */
import { environments } from '../../peers/environments/index.ts'
import { learners } from '../../peers/learners/index.ts'
import { topologies } from '../../topologies/index.ts'
import { aggregations } from '../aggregation/index.ts'
import { delays, losses } from '../faults/families.ts'

export const NAMED_KEYS = {
  topology: { families: topologies, standard: 'ring' },
  environment: { families: environments, standard: 'garnet' },
  learner: { families: learners, standard: 'td' },
  aggregation: { families: aggregations, standard: 'gossip' },
  loss: { families: losses, standard: 'one-way' },
  delayMs: { families: delays, standard: 'constant' }
} as const

export type NamedKey = keyof typeof NAMED_KEYS

export const isNamedKey = (key: string): key is NamedKey => Object.hasOwn(NAMED_KEYS, key)
