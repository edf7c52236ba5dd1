/** What a help text says of a key: its meaning, what is allowed, what it is if left out. */
import { PLACEMENTS } from '../../peers/placement.ts'
import { WEIGHTS } from '../../topologies/mixing/mixing-matrix.ts'
import { isNamedKey, NAMED_KEYS } from './families.ts'
import { KEYS, type KeyName } from './keys.ts'
import { AVERAGINGS, experimentSchema, SAMPLINGS, TRANSPORTS } from './schema.ts'

/** The words that a key may have, where it is a matter of words. */
export const ALLOWED: Readonly<Partial<Record<KeyName, readonly string[]>>> = {
  topology: Object.keys(NAMED_KEYS.topology.families),
  weights: WEIGHTS,
  environment: Object.keys(NAMED_KEYS.environment.families),
  placement: PLACEMENTS,
  learner: Object.keys(NAMED_KEYS.learner.families),
  aggregation: Object.keys(NAMED_KEYS.aggregation.families),
  sampling: SAMPLINGS,
  averaging: AVERAGINGS,
  transport: TRANSPORTS,
  loss: Object.keys(NAMED_KEYS.loss.families),
  delayMs: Object.keys(NAMED_KEYS.delayMs.families)
}

export function helpOf(key: KeyName): string {
  const standard = experimentSchema.shape[key].safeParse(undefined).data
  // Names that were added are among those of now.
  const words = isNamedKey(key) ? Object.keys(NAMED_KEYS[key].families) : ALLOWED[key]
  const facts = [words?.join(', '), standard && `default ${standard}`].filter(fact => Boolean(fact))
  return facts.length > 0 ? `${KEYS[key].description} [${facts.join('; ')}]` : KEYS[key].description
}
