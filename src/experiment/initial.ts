/** Where the parameters of the peers begin. */
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { UNSIGNED_NUMBER } from '../core/number.ts'

export type Initial =
  | { readonly kind: 'zero' }
  /** Drawn by each peer for itself, or by all together. */
  | { readonly kind: 'random' | 'common' }
  /** θ* of the federation plus `offset` in every coordinate. */
  | { readonly kind: 'solution'; readonly offset: number }

export const INITIAL_PATTERN = `^(zero|random|common|solution|offset:[-+]?${UNSIGNED_NUMBER})$`

/** Takes `zero`, `random`, `common`, `solution` or `offset:c` apart. Throws an ExperimentError at `place` for anything else. */
export function parseInitial(text: string, place = 'initial'): Initial {
  if (!new RegExp(INITIAL_PATTERN).test(text)) {
    const rule = allowed(text, ['zero', 'random', 'common', 'solution', 'offset:c'])
    throw new ExperimentError(`${place}: ${JSON.stringify(text)} is unknown${rule}, with a number c`)
  }
  if (text === 'zero' || text === 'random' || text === 'common') return { kind: text }
  return { kind: 'solution', offset: text === 'solution' ? 0 : Number(text.slice('offset:'.length)) }
}
