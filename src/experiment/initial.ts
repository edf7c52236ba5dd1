/** Where the parameters of the peers begin. */
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { UNSIGNED_NUMBER } from '../core/number.ts'

export type Initial =
  | { readonly kind: 'zero' | 'random' }
  /** θ* of the federation plus `offset` in every coordinate. */
  | { readonly kind: 'solution'; readonly offset: number }

export const INITIAL_PATTERN = `^(zero|random|solution|offset:[-+]?${UNSIGNED_NUMBER})$`

/** Takes `zero`, `random`, `solution` or `offset:c` apart. Throws an ExperimentError at `place` for anything else. */
export function parseInitial(text: string, place = 'initial'): Initial {
  if (!new RegExp(INITIAL_PATTERN).test(text)) {
    const rule = allowed(text, ['zero', 'random', 'solution', 'offset:c'])
    throw new ExperimentError(`${place}: ${JSON.stringify(text)} is unknown${rule}, with a number c`)
  }
  if (text === 'zero' || text === 'random') return { kind: text }
  return { kind: 'solution', offset: text === 'solution' ? 0 : Number(text.slice('offset:'.length)) }
}
