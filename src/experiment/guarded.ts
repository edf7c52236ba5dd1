/**
 * Families of users as the rest of the program calls them: what they throw is told in one line as a mistake of their file, and what
 * their `build` returns is looked at once, so that nothing further on stumbles over what is missing.
 */
import { checkEnvironments } from '../../peers/environments/checked.ts'
import { checkTopology } from '../../topologies/parts/checked.ts'
import { ExperimentError, RunError } from '../core/errors.ts'
import { fieldsOf, requireFields } from '../core/fields.ts'
import { mistakeIn } from './mistake.ts'

/** What a learner and an aggregation must have once they are built. */
const MEMBERS = {
  learners: ['parameters', 'state', 'restart', 'run'],
  aggregations: ['plan', 'state', 'compose', 'combine', 'restart', 'neighboursOf']
} as const

/** Where a family is from. */
interface Origin {
  readonly kind: 'environments' | 'topologies' | keyof typeof MEMBERS
  readonly name: string
  readonly file: string
}

/** The same family, guarded; of its functions those in `named` need not be enumerable, as in an instance of a class. */
export function guarded(family: object, named: readonly string[], origin: Origin): object {
  const { kind, name, file } = origin
  const place = `${file}: ${kind}.${name}`
  const guard: Record<string, unknown> = {}
  for (const key of new Set([...named, ...Object.keys(family)])) {
    const own: unknown = Reflect.get(family, key)
    if (typeof own !== 'function') continue
    guard[key] = (...given: unknown[]) => {
      const made: unknown = attempt(
        () => Reflect.apply(own, family, given),
        error =>
          isTold(error) ? error : new ExperimentError(`${place}: ${key} fails: ${mistakeIn(file, error)}`)
      )
      if (key !== 'build') return made
      attempt(
        () => checkMade(kind, made, given),
        error => new ExperimentError(`${place}: ${isTold(error) ? error.message : mistakeIn(file, error)}`)
      )
      return made
    }
  }
  if (kind === 'environments') guard.watched = true
  return Object.create(family, Object.getOwnPropertyDescriptors(guard))
}

const isTold = (error: unknown): error is Error =>
  error instanceof ExperimentError || error instanceof RunError

function attempt<T>(act: () => T, told: (error: unknown) => Error): T {
  try {
    return act()
  } catch (error) {
    throw told(error)
  }
}

/** `given` is what `build` was called with: the peers first and the seed last, where it is about environments. */
function checkMade(kind: Origin['kind'], made: unknown, [peers, , seed]: readonly unknown[]): void {
  if (kind === 'environments') checkEnvironments(made, Number(peers), String(seed))
  else if (kind === 'topologies') checkTopology(made, Number(peers))
  else requireFields(fieldsOf(made, 'build must return an object'), MEMBERS[kind])
}
