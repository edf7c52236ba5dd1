import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../src/core/json-file.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { parseSaved, savedJson } from '../../src/policy/saved.ts'

const { experiment } = resolve({ peers: 2, learner: 'softmax', rounds: 5, seed: 'a' })
const labels = ['one', 'two "quoted"']
const textOf = (parameters: readonly Float64Array[]): string =>
  savedJson({ experiment, round: 5, parameters }, labels)
const read = (text: string) => parseSaved(parseJson('p.json', text), () => {})

test('what is read is what was saved, to the bit', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 5e-324, 1 / 3, 1.7976931348623157e308)
  )
  const rows = fc
    .integer({ min: 1, max: 6 })
    .chain(length =>
      fc.array(fc.array(number, { minLength: length, maxLength: length }), { minLength: 2, maxLength: 2 })
    )
  fc.assert(
    fc.property(rows, table => {
      const parameters = table.map(row => Float64Array.from(row))
      const saved = read(textOf(parameters))
      expect(saved.round).toBe(5)
      expect(saved.experiment).toEqual(experiment)
      saved.parameters.forEach((row, i) => {
        expect(row).toHaveLength(parameters[i]!.length)
        row.forEach((x, j) => {
          expect(Object.is(x, parameters[i]![j])).toBe(true)
        })
      })
    })
  )
})

test('each peer has its number, what its environment is called, and its parameters', () => {
  const { peers } = JSON.parse(textOf([Float64Array.of(1, -0.5), Float64Array.of(0, 2)]))
  expect(peers).toEqual([
    { peer: 0, environment: 'one', parameters: [1, -0.5] },
    { peer: 1, environment: 'two "quoted"', parameters: [0, 2] }
  ])
})

test('files that the experiment loads are named first', () => {
  const told: string[] = []
  const text = textOf([Float64Array.of(1), Float64Array.of(2)]).replace('"use":[]', '"use":["/nowhere.ts"]')
  expect(() => parseSaved(parseJson('p.json', text), file => told.push(file))).toThrow('nowhere.ts')
  expect(told).toEqual(['/nowhere.ts'])
})

describe('what is refused', () => {
  const text = textOf([Float64Array.of(1, 2), Float64Array.of(3, 4)])
  test.each([
    ['a file of something else', '{"round": 1}', 'p.json: experiment is missing; it must be an object'],
    ['another key', text.replace('"round"', '"rounds"'), "the unknown key 'rounds'"],
    [
      'a peer too few',
      text.replace(/,\n {4}\{"peer":1.*/, ''),
      'peers is a list of 1; it must be a list of 2, one per peer'
    ],
    [
      'a parameter too many',
      text.replace('[3,4]', '[3,4,5]'),
      'peers[1].parameters is a list of 3; it must be a list of 2'
    ],
    [
      'what is no number',
      text.replace('[3,4]', '[3,"4"]'),
      "peers[1].parameters[1] is '4'; it must be a finite number"
    ],
    ['an experiment that cannot be', text.replace('"peers":2', '"peers":-2'), 'p.json: experiment.peers']
  ])('%s', (_, broken, message) => {
    expect(() => read(broken)).toThrow(message)
  })
})
