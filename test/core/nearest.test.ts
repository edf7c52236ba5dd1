import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowed, nearest } from '../../src/core/nearest.ts'

const NAMES = ['ring', 'path', 'star', 'complete', 'torus', 'random-regular']

describe('nearest', () => {
  test.each([
    ['rng', 'ring'],
    ['RING', 'ring'],
    ['tours', 'torus'],
    ['random-regullar', 'random-regular'],
    ['random', 'random-regular'],
    ['hypercube', undefined],
    ['', undefined]
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, NAMES)).toBe(meant)
  })

  test('finds a word that lost, gained or changed one letter, or swapped two neighbours', () => {
    const mistake = fc.record({
      kind: fc.nat(3),
      name: fc.constantFrom(...NAMES),
      at: fc.nat(),
      letter: fc.constantFrom('x', 'z')
    })
    fc.assert(
      fc.property(mistake, ({ kind, name, at, letter }) => {
        const k = at % (name.length - 1)
        const rest = name.slice(k + 1)
        const typed = [
          name.slice(0, k) + rest,
          name.slice(0, k) + letter + name.slice(k),
          name.slice(0, k) + letter + rest,
          name.slice(0, k) + rest[0] + name[k] + rest.slice(1)
        ][kind]
        expect(nearest(typed ?? '', NAMES)).toBe(name)
      })
    )
  })

  test('a message names what is meant and what is allowed', () => {
    expect(allowed('rng', ['ring', 'path'])).toBe('; did you mean "ring"? Allowed: ring, path')
    expect(allowed('qqqqq', ['ring', 'path'])).toBe('. Allowed: ring, path')
    expect(allowed('degree', [])).toBe('. Allowed: none')
  })
})
