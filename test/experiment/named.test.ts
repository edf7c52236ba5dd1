import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { environments } from '../../peers/environments/index.ts'
import { learners } from '../../peers/learners/index.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { optionsOf, parseNamed, specOf } from '../../src/experiment/named.ts'
import { delays, losses } from '../../src/faults/families.ts'
import type { Family } from '../../src/interfaces.ts'
import { topologies } from '../../topologies/index.ts'

const ring: Family<unknown> = { description: 'no options', options: z.strictObject({}) }
const lattice: Family<unknown> = {
  description: 'options of every kind',
  options: z.strictObject({
    degree: z.int().min(1).default(4),
    gain: z.number().default(0.5),
    closed: z.boolean().default(true),
    kind: z.enum(['square', 'hexagonal']).default('square'),
    label: z.string().default('none')
  })
}
const file: Family<unknown> = {
  description: 'an option that needs no key',
  options: z.strictObject({ path: z.string().min(1), first: z.int().default(0) }),
  positional: 'path'
}
const families = { ring, lattice, file }

const standard = { degree: 4, gain: 0.5, closed: true, kind: 'square', label: 'none' }
const parse = (value: unknown) => parseNamed(value, families, '--topology')
const complaint = (value: unknown): string => {
  try {
    parse(value)
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentError)
    return (error as Error).message
  }
  return 'no complaint'
}

describe('a named thing', () => {
  test('is its name alone, with defaults', () => {
    expect(parse('ring')).toEqual({ name: 'ring', family: ring, options: {}, named: { name: 'ring' } })
    expect(parse('lattice').options).toEqual(standard)
    expect(parse('lattice').named).toEqual({ name: 'lattice', ...standard })
    expect(parse('lattice:').options).toEqual(standard)
  })

  test('has options after a colon, numbers and booleans converted', () => {
    expect(parse('lattice:degree=6,gain=-1.5e-3,closed=false,kind=hexagonal,label=a b').options).toEqual({
      degree: 6,
      gain: -0.0015,
      closed: false,
      kind: 'hexagonal',
      label: 'a b'
    })
  })

  test('is an object with the same keys', () => {
    expect(parse({ name: 'lattice', degree: 6, closed: false }).options).toEqual({
      ...standard,
      degree: 6,
      closed: false
    })
  })

  test.each([
    ['file:graph.txt', 'graph.txt', 0],
    ['file:/a b/c,d=e.txt', '/a b/c,d=e.txt', 0],
    ['file:C:\\graph.txt,first=2', 'C:\\graph.txt', 2],
    ['file:path=graph.txt,first=3', 'graph.txt', 3],
    ['file:first=3,path=7', '7', 3],
    ['file:007', '007', 0]
  ])('%s has the path %s', (text, path, first) => {
    expect(parse(text).options).toEqual({ path, first })
  })

  test('is a number where that stands for an option of the first family', () => {
    const delays = {
      wait: { description: 'waits', options: z.strictObject({ ms: z.number() }), positional: 'ms' },
      ring
    }
    const ofDelays = (value: unknown) => parseNamed(value, delays, '--delay-ms').named
    expect(ofDelays(20)).toEqual({ name: 'wait', ms: 20 })
    expect(ofDelays('wait:20')).toEqual({ name: 'wait', ms: 20 })
    expect(ofDelays('wait:ms=20')).toEqual({ name: 'wait', ms: 20 })
    expect(() => ofDelays(true)).toThrow(
      '--delay-ms: must be a number, a name, as "wait", or { name: …, option: value }, not true'
    )
  })

  test('an object written as text reads back the same', () => {
    const options = fc.record({
      degree: fc.integer({ min: 1, max: 1e9 }),
      gain: fc.double({ noNaN: true, noDefaultInfinity: true }).map(x => x + 0),
      closed: fc.boolean(),
      kind: fc.constantFrom('square', 'hexagonal'),
      label: fc.stringMatching(/^[a-z0-9 .:/-]{1,20}$/)
    })
    fc.assert(
      fc.property(options, given => {
        const text = `lattice:${Object.entries(given)
          .map(([key, value]) => `${key}=${value}`)
          .join(',')}`
        expect(parse(text).options).toEqual(given)
        expect(parse(text)).toEqual(parse({ name: 'lattice', ...given }))
      })
    )
  })

  test.each([
    ['rng', '--topology: "rng" is unknown; did you mean "ring"? Allowed: ring, lattice, file'],
    ['', '--topology: "" is unknown. Allowed: ring, lattice, file'],
    ['toString', '--topology: "toString" is unknown. Allowed: ring, lattice, file'],
    ['ring:degree=3', '--topology degree: unknown key. Allowed: none'],
    [
      'lattice:degre=3',
      '--topology degre: unknown key; did you mean "degree"? Allowed: degree, gain, closed, kind, label'
    ],
    ['lattice:degree=3,degree=4', '--topology degree: is given twice in "lattice:degree=3,degree=4"'],
    ['lattice:name=ring', '--topology name: is given twice in "lattice:name=ring"'],
    [
      'lattice:degree',
      '--topology: "degree" of "lattice:degree" is no key=value; did you mean "degree=…"? Allowed: degree=…, gain=…, closed=…, kind=…, label=…'
    ],
    ['lattice:degree=four', '--topology degree: must be a number, not "four"'],
    ['lattice:degree=1.5', '--topology degree: must be a whole number, not 1.5'],
    ['lattice:degree=0', '--topology degree: must be at least 1, not 0'],
    ['lattice:closed=yes', '--topology closed: must be true or false, not "yes"'],
    [
      'lattice:kind=sqare',
      '--topology kind: "sqare" is unknown; did you mean "square"? Allowed: square, hexagonal'
    ],
    ['file', '--topology path: must be given, as file:PATH'],
    ['file:path=', '--topology path: must be non-empty text, not ""'],
    [7, '--topology: must be a name, as "ring", or { name: …, option: value }, not 7'],
    [{ degree: 3 }, '--topology: must be a name, as "ring", or { name: …, option: value }, not {"degree":3}']
  ])('%j is refused: %s', (value, message) => {
    expect(complaint(value)).toBe(message)
  })
})

describe('the maps', () => {
  test.each([
    ['topologies', topologies],
    ['environments', environments],
    ['learners', learners],
    ['losses', losses],
    ['delays', delays]
  ])('%s: every family has options that parseNamed can list, and a sentence', (_, map) => {
    for (const family of Object.values(map as Record<string, Family<unknown>>)) {
      expect(family.description.length).toBeGreaterThan(10)
      const options = optionsOf(family)
      expect(options).not.toContain('name')
      if (family.positional !== undefined) expect(options).toContain(family.positional)
    }
  })
})

describe('the text of a named thing', () => {
  const textOf = (value: unknown): string => specOf(parseNamed(value, topologies, 'topology'))

  test('leaves out what is as it is by default', () => {
    expect(textOf({ name: 'ring' })).toBe('ring')
    expect(textOf('exponential:directed=false')).toBe('exponential')
    expect(textOf('exponential:directed=true')).toBe('exponential:directed=true')
    expect(textOf({ name: 'watts-strogatz', rewiring: 0.5 })).toBe('watts-strogatz:rewiring=0.5')
  })

  test('names the same thing again', () => {
    for (const text of [
      'random-regular:degree=3',
      'file:test/fixtures/random-4-regular.txt',
      'circulant:offsets=2+3'
    ]) {
      expect(textOf(text)).toBe(text)
      const { named } = parseNamed(text, topologies, 'topology')
      expect(parseNamed(textOf(named), topologies, 'topology').named).toEqual(named)
    }
  })
})
