/** The problems of a comparison: every one that is written with every choice of the grid's keys that do not tell contenders apart. */
import { ExperimentError } from '../core/errors.ts'
import type { KeyName } from '../experiment/keys.ts'
import { CONTENDER_KEYS, givenName, inWords } from './given.ts'
import type { Given, Keys, Source } from './source.ts'

/** What it is called, and what all its contenders have in common. Throws an ExperimentError for mistakes. */
export function problemsOf({ base, problems, contenders, grid }: Source): { label: string; keys: Keys }[] {
  for (const { seed } of [...problems, ...contenders, { seed: grid.seed?.[0] }]) {
    if (seed !== undefined)
      throw new ExperimentError(
        `${seed.place([], 'key')}: all meet the same seeds; list them under seeds, or --seeds`
      )
  }
  for (const { transport } of [...problems, ...contenders, { transport: grid.transport?.[0] }]) {
    if (transport !== undefined)
      throw new ExperimentError(
        `${transport.place([], 'key')}: one for all, since seconds that are measured and predicted do not compare; put it under base`
      )
  }
  for (const problem of problems) {
    const key = CONTENDER_KEYS.find(name => problem[name] !== undefined)
    if (key !== undefined)
      throw new ExperimentError(`${problem[key]?.place([], 'key')}: tells contenders apart; put it there`)
  }
  const axes = Object.entries(grid).filter(([key]) => !CONTENDER_KEYS.includes(key as KeyName))
  axes.forEach(refuseTwice)
  const found = (problems.length === 0 ? [{}] : problems).flatMap(({ name, ...problem }: Keys) =>
    productOf(axes).map(choice => {
      const own = name === undefined ? problems.length > 1 && inFewWords(problem) : givenName(name)
      return {
        label: [...(own ? [own] : []), ...differences(choice, axes)].join(', '),
        keys: { ...base, ...problem, ...choice },
        place: (name ?? Object.values(problem)[0])?.place([])
      }
    })
  )
  const labels = found.map(({ label }) => label)
  const again = found.find(({ label }, k) => labels.indexOf(label) < k)
  if (again !== undefined)
    throw new ExperimentError(
      `${again.place ?? 'problems'}: is the second problem called "${again.label}"; call it otherwise`
    )
  return found
}

function refuseTwice([key, values]: Axis): void {
  const words = values.map(given => inWords(key, given))
  const again = words.findIndex((word, k) => words.indexOf(word) < k)
  if (again >= 0) throw new ExperimentError(`${values[again]?.place([])}: has ${words[again]} twice`)
}

/** Of what is said of it. */
const inFewWords = (own: Keys): string =>
  Object.entries(own)
    .filter(([key]) => key !== 'use')
    .map(([key, given]) => `${key} ${inWords(key, given)}`)
    .join(', ')

type Axis = readonly [key: string, values: readonly Given[]]

/** Every value of each with every value of the others. */
const productOf = (axes: readonly Axis[]): Keys[] =>
  axes.reduce<Keys[]>(
    (all, [key, values]) => all.flatMap(one => values.map(value => ({ ...one, [key]: value }))),
    [{}]
  )

const differences = (choice: Keys, axes: readonly Axis[]): string[] =>
  axes.filter(([, { length }]) => length > 1).map(([key]) => `${key} ${inWords(key, choice[key as KeyName])}`)
