import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawChart } from '../../../src/dashboard/panels/chart.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW, type View } from '../../../src/dashboard/view.ts'
import type { Prediction, SwarmErrors } from '../../../src/interfaces.ts'
import type { CurvePoint } from '../../../src/session/protocol.ts'
import { expectGolden } from '../../support/golden.ts'
import { exampleScene } from '../../support/scene.ts'

const LINEAR: Partial<View> = { scale: 'linear' }

const values = await exampleScene()
const policies = await exampleScene({ learner: 'softmax' })

function drawn(
  scene: Scene,
  width: number,
  height: number,
  view: Partial<View> = {},
  symbols: Surface['symbols'] = 'braille'
): string {
  const surface = new Surface(width, height, symbols)
  drawChart(surface.area, scene, { ...FIRST_VIEW, ...view })
  return surface.text
}

const NO_ERRORS: SwarmErrors = {
  consensusError: null,
  valueError: null,
  excessValueError: null,
  fixedPointError: null,
  return: null,
  valueGap: null,
  policyDistance: null,
  entropy: null
}

/** Rounds 1, 2, … with these errors. */
const curveOf = (errors: readonly Partial<SwarmErrors>[]): CurvePoint[] =>
  errors.map((some, k) => ({ round: k + 1, errors: { ...NO_ERRORS, ...some } }))

/** A run that is over with these errors, without rivals. */
function sceneOf(errors: readonly Partial<SwarmErrors>[], changes: Partial<Scene> = {}): Scene {
  const { now, experiment } = values
  return {
    ...values,
    status: 'finished',
    experiment: { ...experiment, rounds: errors.length },
    now: now && { ...now, round: errors.length },
    curve: curveOf(errors),
    rivals: [],
    ...changes
  }
}

const valueErrors = (errors: readonly number[]): Partial<SwarmErrors>[] =>
  errors.map(valueError => ({ valueError }))

const withPrediction = (scene: Scene, predicted: Prediction): Scene => ({
  ...scene,
  stage: scene.stage && { ...scene.stage, predicted }
})

/** Of a picture: the rows between the legend and the axis of rounds, from the axis of values on. */
const plotOf = (picture: string): string[] =>
  picture
    .split('\n')
    .map(line => /[│][^│┤]*[│┤](.*)│$/.exec(line)?.[1])
    .filter(row => row !== undefined)

const lineWith = (picture: string, text: string): number =>
  picture.split('\n').findIndex(line => line.includes(text))

/** The dots of a plot: per column of dots the rows that are set, from above. */
function dotsOf(plot: readonly string[]): number[][] {
  const bits = [
    [0x01, 0x02, 0x04, 0x40],
    [0x08, 0x10, 0x20, 0x80]
  ]
  const columns = Math.max(...plot.map(row => row.length))
  return Array.from({ length: 2 * columns }, (_, x) =>
    plot.flatMap((row, r) => {
      const code = (row.codePointAt(x >> 1) ?? 0) - 0x2800
      return bits[x & 1]!.flatMap((bit, k) =>
        code > 0 && code < 256 && (code & bit) !== 0 ? [4 * r + k] : []
      )
    })
  )
}

describe('a frame', () => {
  test.each([
    ['chart-58x14', 58, 14, {}],
    ['chart-78x8', 78, 8, {}],
    ['chart-116x36', 116, 36, {}],
    ['chart-linear-58x14', 58, 14, LINEAR]
  ] as const)('%s', (name, width, height, view) => {
    const predicted = { fixedPointError: 2.2, consensusError: 0.1, contraction: 0.98 }
    expectGolden(name, drawn(withPrediction(values, predicted), width, height, view))
  })

  test.each([
    ['chart-long-run-58x14', 58, 14],
    ['chart-long-run-78x8', 78, 8]
  ] as const)('%s', (name, width, height) => {
    const predicted = { fixedPointError: 2.2, consensusError: 0.1, contraction: 0.98 }
    const longRun = { ...NO_ERRORS, valueError: 0.7, fixedPointError: 6 }
    expectGolden(name, drawn({ ...withPrediction(values, predicted), longRun }, width, height))
  })

  test.each([
    ['chart-policy-58x14', null, 'braille'],
    ['chart-policy-gap-58x14', 'valueGap', 'braille'],
    ['chart-block-58x14', null, 'block'],
    ['chart-ascii-58x14', null, 'ascii']
  ] as const)('%s', (name, metric, symbols) => {
    const scene = name.includes('policy') ? policies : values
    expectGolden(name, drawn(scene, 58, 14, { metric }, symbols))
  })

  test('says that nothing is measured yet', () => {
    expect(drawn(sceneOf([]), 40, 6)).toContain('nothing is measured yet')
    expect(drawn({ ...sceneOf([]), stage: undefined, now: undefined }, 40, 6)).toContain(
      'nothing is measured'
    )
  })

  test('says which scale it has', () => {
    expect(drawn(values, 58, 14).split('\n')[0]).toMatch(/ 2 chart .* log ─╮$/)
    expect(drawn(values, 58, 14, LINEAR).split('\n')[0]).toMatch(/ linear ─╮$/)
  })
})

describe('curves', () => {
  test.each(['log', 'linear'] as const)('a constant is a horizontal line at its tick, %s', scale => {
    const picture = drawn(sceneOf(valueErrors(new Array(50).fill(1))), 58, 14, { scale })
    const full = picture.split('\n').filter(line => /[⠁-⣿]{40}/.test(line))
    expect(full.length).toBe(1)
    expect(full[0]).toMatch(/ 1\.0 ┤ *[⠁-⣿]+v /)
  })

  test('what shrinks by the same factor every round is a straight line on a logarithmic axis', () => {
    const picture = drawn(sceneOf(valueErrors(Array.from({ length: 60 }, (_, k) => 100 * 0.9 ** k))), 70, 24)
    const heights = dotsOf(plotOf(picture)).flatMap((rows, x) =>
      rows.length > 0 ? [[x, rows[0]!] as const] : []
    )
    const [[fromX, fromY], [toX, toY]] = [heights[0]!, heights.at(-1)!]
    expect(heights.length).toBeGreaterThan(100)
    for (const [x, y] of heights) {
      expect(Math.abs(y - (fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX)))).toBeLessThanOrEqual(1.5)
    }
  })

  test('the letter of a curve stands right of its end, at the height of its last value', () => {
    for (const last of [0, 2, 4, 6, 8, 10]) {
      const picture = drawn(sceneOf(valueErrors([10, 3, last])), 58, 15, LINEAR)
      const plot = plotOf(picture)
      const height = plot.length
      expect(plot.findIndex(row => row.trimEnd().endsWith('v'))).toBe(
        Math.round((1 - last / 10) * (4 * height - 1)) >> 2
      )
      expect(plot.join('\n')).toMatch(/v $/m)
    }
  })

  test('letters at the same height stand side by side, then below', () => {
    const same = Array.from({ length: 20 }, () => ({ valueError: 3, consensusError: 3, fixedPointError: 3 }))
    const picture = drawn(sceneOf([{ valueError: 10, consensusError: 1 }, ...same]), 58, 15)
    const at = lineWith(picture, 'vc│')
    expect(at).toBeGreaterThan(0)
    expect(picture.split('\n')[at + 1]).toMatch(/f │$/)
  })

  test('a round stands above its number', () => {
    for (const round of [100, 200, 300]) {
      const errors = new Array(400).fill(Number.NaN).with(round - 1, 5)
      const lines = drawn(sceneOf(valueErrors(errors)), 100, 30).split('\n')
      const column = lines.findLast(line => /[⠁-⣿]/.test(line))?.search(/[⠁-⣿]/)
      const [ticks, numbers] = lines.slice(-3)
      expect(ticks?.[column ?? -1]).toBe('┬')
      expect(numbers?.indexOf(String(round))).toBe((column ?? -1) - 1)
    }
  })

  test('what is not a number interrupts a line', () => {
    const errors = Array.from({ length: 40 }, (_, k) => (k >= 15 && k < 25 ? Number.NaN : 1))
    const row = plotOf(drawn(sceneOf(valueErrors(errors)), 58, 14)).find(line => /[⠁-⣿]/.test(line))
    expect(row).toMatch(/^ ?[⠁-⣿]{15,20} {8,14}[⠁-⣿]{15,20}v $/)
  })

  test('zero has no place on a logarithmic axis: its letter stands at the bottom, its value in the legend', () => {
    const errors = Array.from({ length: 30 }, () => ({ valueError: 1, consensusError: 0 }))
    const picture = drawn(sceneOf(errors), 58, 14)
    expect(plotOf(picture).at(-1)?.trim()).toBe('c')
    expect(picture).toContain('c consensus 0 ')
  })

  test('what is nothing beside the rest does not stretch the axis', () => {
    const errors = (consensusError: number) =>
      sceneOf(Array.from({ length: 30 }, (_, k) => ({ valueError: 9 - k / 5, consensusError })))
    const axis = (scene: Scene) => drawn(scene, 58, 14).match(/[\d.e-]+ ┤/g)
    expect(axis(errors(4e-15))).toEqual(axis(errors(0)))
    expect(axis(errors(1e-10))).toContain('1e-10 ┤')
  })

  test('a rival that runs away is followed as far as it is comparable, and said to have diverged', () => {
    const own = Array.from({ length: 60 }, (_, k) => ({ valueError: 1, fixedPointError: 10 - k / 10 }))
    const away = curveOf(own.map((_, k) => ({ fixedPointError: 10 * 2 ** k })))
    const scene = sceneOf(own, {
      rivals: [{ aggregation: 'exact-diffusion', divergedIn: 61, sample: undefined, curve: away }]
    })
    const picture = drawn(scene, 90, 20, LINEAR)
    expect(picture).toMatch(/e exact-diffusion fixed point diverged/)
    expect(plotOf(picture)[0]).toMatch(/e/)
    expect(picture.match(/\d+ ┤/g)?.[0]).toBe('20 ┤')
  })
})

describe('what theory says', () => {
  const path = (bias: number, contraction: number, first = 100) =>
    Array.from({ length: 60 }, (_, k) => ({
      valueError: 1,
      fixedPointError: Math.max(bias, first * contraction ** k)
    }))
  const predicted = (bias: number, contraction: number): Prediction => ({
    fixedPointError: bias,
    consensusError: 0,
    contraction
  })
  test('a run that follows the mean path lies on it', () => {
    /** How far, in dots, theory strays from the curves. */
    const distance = (scene: Scene): number => {
      const [theory, curves] = [withPrediction(scene, predicted(0, 0.9)), scene].map(each =>
        dotsOf(plotOf(drawn(each, 116, 24)))
      )
      const strays = theory!.flatMap((rows, x) => {
        const near = curves![x]!
        return near.length === 0 ? [] : rows.map(y => Math.min(...near.map(other => Math.abs(y - other))))
      })
      return Math.max(...strays)
    }
    expect(distance(sceneOf(path(0, 0.9)))).toBeLessThanOrEqual(1)
    expect(distance(sceneOf(path(0, 0.8)))).toBeGreaterThan(10)
  })

  test('its end is a dotted line at its value, with a letter', () => {
    const scene = withPrediction(sceneOf(path(10, 0.9)), predicted(10, 0.9))
    const picture = drawn(scene, 80, 24)
    const line = picture.split('\n').find(each => / 10 ┤/.test(each))
    expect(line).toMatch(/┤[⠁-⣿ ]+fp│$/)
    expect(picture).toContain('p predicted 10.00')
  })

  test('an end of zero has no place on a logarithmic axis, but the way there has', () => {
    const theory = predicted(0, 0.99)
    const picture = drawn(withPrediction(sceneOf(path(50, 0.9)), theory), 80, 24)
    expect(picture).toContain('p predicted 0 ')
    expect(plotOf(picture).slice(0, -1).join('')).toContain('p')
  })

  test('where samples keep errors in the long run are dotted lines with a letter each, of values and of the fixed point', () => {
    const scene = sceneOf(path(10, 0.9), {
      longRun: { ...NO_ERRORS, valueError: 2, fixedPointError: 20, consensusError: 5 }
    })
    const picture = drawn(scene, 80, 24)
    expect(picture).toContain('l long run 2.00')
    const lineAt = (tick: string) => picture.split('\n').find(each => each.includes(` ${tick} ┤`))
    for (const tick of ['2', '20']) expect(lineAt(tick)).toMatch(/┤[⠁-⣿ ]+l │$/)
    expect(plotOf(picture).filter(row => row.includes('l'))).toHaveLength(2)
    expect(drawn({ ...scene, longRun: undefined }, 80, 24)).not.toContain('long run')
  })

  test('a long run that is far off what was measured does not stretch the axis', () => {
    const scene = sceneOf(valueErrors([10, 8, 6]))
    const longRun = { ...NO_ERRORS, valueError: 1e-3 }
    const axis = (each: Scene) => drawn(each, 80, 24).match(/[\d.e-]+ ┤/g)
    expect(axis({ ...scene, longRun })).toEqual(axis(scene))
  })

  test('an end far below all that was measured does not stretch the axis', () => {
    const scene = sceneOf(path(50, 0.9))
    const axis = (each: Scene) => drawn(each, 80, 24).match(/[\d.e-]+ ┤/g)
    expect(axis(withPrediction(scene, predicted(1e-6, 0.9)))).toEqual(axis(scene))
  })
})

describe('rounds', () => {
  const until = (round: number, plan: number, changes: Partial<Scene> = {}) =>
    sceneOf(valueErrors(new Array(round).fill(1)), {
      experiment: { ...values.experiment, rounds: plan },
      ...changes
    })
  const said = (scene: Scene) =>
    drawn(scene, 58, 14)
      .split('\n')
      .at(-1)
      ?.match(/rounds [^─]*[^─ ]/)?.[0]

  test('a run that goes on has an axis that grows with it, up to the plan', () => {
    expect(said(until(1, 10_000, { status: 'running' }))).toBe('rounds 0–10 of 10,000')
    expect(said(until(130, 10_000, { status: 'paused' }))).toBe('rounds 0–200 of 10,000')
    expect(said(until(201, 400, { status: 'running' }))).toBe('rounds 0–400')
    expect(said(until(3, 7, { status: 'running' }))).toBe('rounds 0–7')
  })

  test('a run that is over ends with its axis', () => {
    expect(said(until(130, 10_000, { status: 'interrupted' }))).toBe('rounds 0–130 of 10,000')
    expect(said(until(231, 400, { status: 'target-missed' }))).toBe('rounds 0–231 of 400')
    expect(said(until(400, 400))).toBe('rounds 0–400')
  })

  test('the axis of a record is its plan, so that it stays when one goes back', () => {
    expect(said(until(60, 400, { isRecord: true, status: 'paused' }))).toBe('rounds 0–400')
    expect(said(until(400, 400, { isRecord: true }))).toBe('rounds 0–400')
    expect(said(until(9, 10_000, { isRecord: true }))).toBe('rounds 0–10,000')
  })

  test('a run that goes on from a checkpoint begins where something is known of it', () => {
    const curve = curveOf(valueErrors(new Array(400).fill(1))).slice(300)
    const stage = values.stage && { ...values.stage, firstRound: 300 }
    expect(said(until(400, 400, { curve, stage }))).toBe('rounds 300–400')
    expect(said(until(400, 400, { stage }))).toBe('rounds 0–400')
  })
})

describe('the legend', () => {
  test('has for each curve its letter and its last value', () => {
    const picture = drawn(values, 116, 36)
    const { valueError, consensusError } = values.curve.at(-1)!.errors
    expect(picture).toContain(`v value error ${valueError!.toPrecision(3)} `)
    expect(picture).toContain(`c consensus ${consensusError!.toPrecision(3)} `)
    for (const letter of 'vascf') {
      expect(plotOf(picture).some(row => row.slice(-3).includes(letter))).toBe(true)
    }
  })

  test('becomes shorter with the width, the first items last, and never ends within an item', () => {
    const legend = (width: number) => drawn(values, width, 8).split('\n')[1]?.slice(1, -1).trim()
    expect(legend(100)).toBe(
      'v value 1.70    a alone 1.75    s server 1.70    c consensus 0.842   f fixed 11.31'
    )
    expect(legend(80)).toBe('v value 1.70    a alone 1.75    s server 1.70    c consensus 0.842   f fixed')
    expect(legend(60)).toBe('v value 1.70   a alone  s server  c consensus  f fixed')
    expect(legend(30)).toBe('v value  a alone  s server')
  })

  test('policies are compared by their return, which is on a linear axis whatever is asked for', () => {
    const [log, linear] = [drawn(policies, 90, 20), drawn(policies, 90, 20, LINEAR)]
    expect(log).toMatch(/r return [\d.]+ +a alone [\d.]+ +s server (?:\(star\) )?[\d.]+ /)
    expect(log).not.toContain('consensus')
    expect(log).toBe(linear)
  })

  test('another measure stands beside that of the rivals', () => {
    const gap = drawn(policies, 90, 20, { metric: 'valueGap' })
    expect(gap).toMatch(/g value gap [\d.]+ +a alone [\d.]+ +s server (?:\(star\) )?[\d.]+ /)
    expect(gap).toContain(' log ')
    expect(drawn(policies, 90, 20, { metric: 'policyDistance' })).toMatch(/d policies apart [\d.]+ +a alone/)
    expect(drawn(values, 90, 20, { metric: 'consensusError' })).toMatch(/c consensus [\d.]+ +a alone/)
  })

  test('what is not measured cannot be shown', () => {
    expect(drawn(values, 90, 20, { metric: 'entropy' })).toBe(drawn(values, 90, 20))
  })
})

describe('whatever the data are', () => {
  const number = fc.oneof(
    fc.double(),
    fc.double({ min: 0, max: 10 }),
    fc.constantFrom(
      0,
      -0,
      5e-324,
      1e308,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      null
    )
  )
  const errors = fc
    .record({
      consensusError: number,
      valueError: number,
      excessValueError: number,
      fixedPointError: number,
      return: number,
      valueGap: number,
      policyDistance: number,
      entropy: number
    })
    .map((some): SwarmErrors => ({ ...NO_ERRORS, ...some }))
  const point = fc.record({
    round: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constantFrom(Number.NaN, 1e9)),
    errors
  })
  const curve = fc.array(point, { maxLength: 30 })
  const figures = fc.double({ noDefaultInfinity: false })
  const given = fc.record({
    curve,
    rivals: fc.tuple(curve, curve, curve),
    predicted: fc.option(
      fc.record({
        fixedPointError: figures,
        consensusError: figures,
        contraction: fc.oneof(figures, fc.double({ min: 0, max: 2 }))
      })
    ),
    longRun: fc.option(errors, { nil: undefined }),
    measures: fc.constantFrom('value' as const, 'policy' as const),
    status: fc.constantFrom('running' as const, 'finished' as const),
    isRecord: fc.boolean(),
    width: fc.integer({ min: 0, max: 90 }),
    height: fc.integer({ min: 0, max: 30 }),
    scale: fc.constantFrom('log' as const, 'linear' as const),
    symbols: fc.constantFrom('braille' as const, 'block' as const, 'ascii' as const)
  })

  test('it is drawn within the area, and in ASCII where nothing else is shown', () => {
    const names = ['none', 'star', 'exact-diffusion'] as const
    fc.assert(
      fc.property(
        given,
        ({
          curve,
          rivals,
          predicted,
          longRun,
          measures,
          status,
          isRecord,
          width,
          height,
          scale,
          symbols
        }) => {
          const scene: Scene = {
            ...values,
            status,
            isRecord,
            curve,
            longRun,
            rivals: rivals.map((each, k) => ({
              aggregation: names[k]!,
              divergedIn: null,
              sample: undefined,
              curve: each
            })),
            stage: values.stage && { ...values.stage, predicted, measures }
          }
          const surface = new Surface(100, 36, symbols)
          drawChart(surface.area.part(3, 2, width, height), scene, { ...FIRST_VIEW, scale })
          const cells = surface.text
            .split('\n')
            .flatMap((line, row) => [...line].map((cell, column) => ({ cell, row, column })))
          for (const { cell, row, column } of cells) {
            const isWithin = row >= 2 && row < 2 + height && column >= 3 && column < 3 + width
            if (!isWithin) expect(cell).toBe(' ')
          }
          if (symbols === 'ascii') expect(surface.text).toMatch(/^[ -~\n]*$/)
        }
      ),
      { numRuns: 300 }
    )
  })
})

test('rivals that the run has left behind have the round of their values in the title', () => {
  const upTo = (round: number): string => {
    const rivals = values.rivals.map(rival => ({ ...rival, curve: rival.curve.slice(0, round) }))
    return drawn({ ...values, rivals }, 58, 14).split('\n')[0]!
  }
  expect(upTo(18)).toContain(' rivals at round 18 ')
  expect(upTo(57)).not.toContain('rivals')
  expect(drawn({ ...values, rivals: [] }, 58, 14)).not.toContain('rivals')
})
