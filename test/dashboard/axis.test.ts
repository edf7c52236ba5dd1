import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Axis, axisOver, dotAt, placeOn, roundTicks, roundUp, rowAt } from '../../src/dashboard/axis.ts'

const digitOf = (x: number): number => Number(x.toExponential(6).split('e')[0])
const rowsOf = (axis: Axis, rows: number): number[] =>
  axis.ticks.map(tick => rowAt(placeOn(axis, tick), rows))

const size = fc.double({ min: 1e-290, max: 1e290, noNaN: true })
const any = fc.oneof(
  size,
  size.map(x => -x),
  fc.constant(0)
)
const rows = fc.integer({ min: 2, max: 60 })
/** What an axis should show, and on how many rows. */
const logarithmic = fc
  .tuple(size, fc.double({ min: 1, max: 1e15, noNaN: true }), rows)
  .map(([least, ratio, height]) => ({ scale: 'log' as const, least, greatest: least * ratio, height }))
const linear = fc.tuple(any, any, rows).map(([a, b, height]) => ({
  scale: 'linear' as const,
  least: Math.min(a, b),
  greatest: Math.max(a, b),
  height
}))
const axes = fc.oneof(logarithmic, linear).map(shown => ({
  ...shown,
  axis: axisOver(shown.scale, shown.least, shown.greatest, shown.height)
}))

describe('round ticks', () => {
  test.each([
    [0, 400, 8, [0, 50, 100, 150, 200, 250, 300, 350, 400]],
    [0, 400, 7, [0, 100, 200, 300, 400]],
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [130, 470, 4, [200, 300, 400]],
    [-0.3, 0.3, 3, [-0.2, 0, 0.2]],
    [5, 5, 4, []]
  ])('from %s to %s, at most %s steps', (from, to, most, ticks) => {
    expect(roundTicks(from, to, most)).toEqual(ticks)
  })

  test('are multiples of 1, 2 or 5 times a power of ten, all of them within and no more than were asked for', () => {
    const ends = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }))
    fc.assert(
      fc.property(ends, fc.integer({ min: 1, max: 30 }), ([from, span], most) => {
        const ticks = roundTicks(from, from + span, most)
        const step = Number(((ticks[1] ?? 1) - (ticks[0] ?? 0)).toPrecision(6))
        if (ticks.length > 1) expect([1, 2, 5]).toContain(digitOf(step))
        expect(ticks.length).toBeLessThanOrEqual(most + 1)
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from)
          expect(tick).toBeLessThanOrEqual(from + span)
          if (ticks.length > 1) expect(tick / step).toBeCloseTo(Math.round(tick / step), 6)
        }
      })
    )
  })

  test('the next round number is the first of 1, 2, 5, 10, … that is not below', () => {
    expect([1, 1.5, 3, 10, 130, 2001, 0.03].map(roundUp)).toEqual([1, 2, 5, 10, 200, 5000, 0.05])
  })
})

describe('a logarithmic axis', () => {
  test('over many decades has a tick at each, or at every second, as there is room', () => {
    expect(axisOver('log', 1e-5, 1, 20).labels).toEqual(['1e-5', '1e-4', '0.001', '0.01', '0.1', '1'])
    expect(axisOver('log', 1e-6, 1, 8).labels).toEqual(['1e-6', '1e-4', '0.01', '1'])
  })

  test('over a few decades has ticks at 1, 2 and 5', () => {
    expect(axisOver('log', 0.1, 10, 20).ticks).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10])
  })

  test('over less than one decade has ticks of even spacing', () => {
    expect(axisOver('log', 0.3, 0.6, 8).labels).toEqual(['0.3', '0.4', '0.5', '0.6'])
  })

  test('ends near to what it shows', () => {
    const { low, high } = axisOver('log', 1.7, 26.7, 20)
    expect([low, high]).toEqual([1.5, 30])
  })

  test('equal ratios are equal distances', () => {
    const axis = axisOver('log', 0.01, 100, 20)
    expect([0.01, 0.1, 1, 10, 100].map(value => placeOn(axis, value))).toEqual(
      [0, 0.25, 0.5, 0.75, 1].map(place => expect.closeTo(place, 12))
    )
    expect(placeOn(axis, 0)).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('a linear axis', () => {
  test('ends at ticks, and begins at 0 if it should', () => {
    const errors = axisOver('linear', 3, 26.7, 9, true)
    expect(errors.ticks).toEqual([0, 10, 20, 30])
    expect([errors.low, errors.high]).toEqual([0, 30])
    expect(axisOver('linear', -1.3, 0.8, 9).ticks).toEqual([-2, -1, 0, 1])
  })

  test('ticks have as many decimals as their step', () => {
    expect(axisOver('linear', 0, 2, 12, true).labels).toEqual(['0.0', '0.5', '1.0', '1.5', '2.0'])
    expect(axisOver('linear', 0, 3e6, 12, true).labels).toEqual(['0', '1e6', '2e6', '3e6'])
  })

  test('a value is where a ruler has it, from the lowest dot of the lowest cell to the highest of the highest', () => {
    const axis = axisOver('linear', 0, 10, 5, true)
    expect([0, 2.5, 5, 10].map(value => placeOn(axis, value))).toEqual([0, 0.25, 0.5, 1])
    expect([0, 1].map(place => dotAt(place, 5))).toEqual([19, 0])
    expect([0, 1].map(place => rowAt(place, 5))).toEqual([4, 0])
  })
})

describe('any axis', () => {
  test('shows what it should, and its ticks', () => {
    fc.assert(
      fc.property(axes, ({ axis, least, greatest }) => {
        expect(axis.low).toBeLessThan(axis.high)
        for (const value of [least, greatest, ...axis.ticks]) {
          expect(placeOn(axis, value)).toBeGreaterThan(-1e-6)
          expect(placeOn(axis, value)).toBeLessThan(1 + 1e-6)
        }
      })
    )
  })

  test('has a tick or more, of which no two share a row from three rows on', () => {
    fc.assert(
      fc.property(axes, ({ axis, height }) => {
        const places = rowsOf(axis, height)
        expect(places.length).toBeGreaterThan(0)
        if (height > 2) expect(new Set(places).size).toBe(places.length)
      })
    )
  })

  test('calls its ticks what they are, in a few characters', () => {
    fc.assert(
      fc.property(axes, ({ axis: { ticks, labels, low, high } }) => {
        expect(labels.length).toBe(ticks.length)
        for (const [k, tick] of ticks.entries()) {
          const slack = 1e-6 * Math.max(high - low, Math.abs(tick))
          expect(Math.abs(Number(labels[k]) - tick)).toBeLessThanOrEqual(slack)
          expect(labels[k]!.length).toBeLessThanOrEqual(12)
        }
      })
    )
  })
})
