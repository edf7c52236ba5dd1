import { beforeAll, describe, expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { drawHeader } from '../../../src/dashboard/panels/header.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { summaryOf } from '../../../src/dashboard/summary.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW, type View } from '../../../src/dashboard/view.ts'
import { figure } from '../../../src/report/format.ts'
import { expectGolden } from '../../support/golden.ts'
import { exampleScene } from '../../support/scene.ts'
import { troubled } from '../../support/troubled.ts'

let scene: Scene
let bad: Scene
let policy: Scene
let opening: Scene
beforeAll(async () => {
  scene = onItsWay(await exampleScene({ rounds: 200 }), 140)
  bad = troubled(scene)
  policy = await exampleScene({
    rounds: 20,
    learner: 'softmax',
    name: 'Many hands',
    peers: 9,
    topology: 'grid'
  })
  opening = {
    ...scene,
    status: 'opening',
    now: undefined,
    comparison: undefined,
    rivals: [],
    curve: [],
    trails: [],
    opening: { connected: 12, connections: 16 }
  }
})

/** Compared after another round, in which the run had another value error. */
function comparedAfter(round: number, valueError = 77): Scene {
  const { sample } = scene.comparison!
  const then = { ...sample, round, swarm: { ...sample.swarm, valueError } }
  return { ...scene, comparison: { ...scene.comparison!, round, sample: then } }
}

/** After `round` rounds, though its figures are those of the last. */
function onItsWay(some: Scene, round: number): Scene {
  const sample = { ...some.now!.sample!, round, seconds: 0.34 }
  return {
    ...some,
    now: { ...some.now!, round, sample },
    comparison: { ...some.comparison!, round, sample },
    rivals: some.rivals.map(rival => ({ ...rival, sample: { ...rival.sample!, round } }))
  }
}

function drawn(some: Scene, width: number, view: Partial<View> = {}, symbols: Symbols = 'braille'): string {
  const surface = new Surface(width, width < 100 ? 5 : 4, symbols)
  drawHeader(surface.area, some, { ...FIRST_VIEW, ...view })
  return surface.text
}

const atWidths = (some: Scene, widths: readonly number[], view?: Partial<View>, symbols?: Symbols): string =>
  widths.map(width => `${width} columns\n${drawn(some, width, view, symbols)}`).join('\n\n')

describe('frames', () => {
  test('of a run', () => expectGolden('header', atWidths(scene, [60, 80, 100, 120, 200])))
  test('of a run in trouble', () => expectGolden('header-trouble', atWidths(bad, [60, 80, 100, 120, 200])))
  test('before the first round', () => expectGolden('header-opening', atWidths(opening, [80, 100])))
  test('of policies', () => expectGolden('header-policy', atWidths(policy, [80, 120])))
  test('in ASCII, frozen', () =>
    expectGolden('header-ascii', atWidths(bad, [80, 160], { isFrozen: true }, 'ascii')))
})

describe('what is said', () => {
  test('how far the run is, how well it does beside the others, and who is worst', () => {
    const text = drawn(scene, 160)
    expect(text).toMatch(/round 140 of 200/)
    expect(text).toMatch(/0\.15 s elapsed · 0\.15 s to go/)
    expect(text).toMatch(/value error\s+[\d.]+\s+alone [\d.]+\s+→ gain [\d.]+× {2}\(helps (all|\d+ of) 16\)/)
    expect(text).toMatch(/server \(star\) [\d.]+\s+→ [\d.]+× its error here/)
    const errors = scene.now!.sample!.peers.valueError!
    expect(text).toContain(`worst peer ${errors.indexOf(Math.max(...errors))}: `)
    expect(text).toContain('all 16 take part')
  })

  test.each([80, 100, 120])('who is lost, stopped and waited for, at %i columns', width => {
    const text = drawn(bad, width)
    for (const what of [
      'lost: peer 3',
      'stopped: peer 5',
      'waiting for peer 9',
      'loss 5 %',
      '12 messages missing'
    ])
      expect(text).toContain(what)
  })

  test('of rounds what is not as usual', () => {
    const experiment = { ...scene.experiment, participation: 0.5, averaging: 'polyak' } as const
    const [who = ''] = drawn({ ...scene, experiment }, 200).split('\n')
    expect(who).toContain(' · participation 0.5 · averaging polyak · ')
    expect(summaryOf({ ...scene, experiment })).toContain(', participation 0.5, averaging polyak, ')
  })

  test('a gain below 1 is said in words', () => {
    const { alone } = scene.comparison!
    const swarm = { ...alone!.swarm, valueError: alone!.swarm.valueError! / 10 }
    const comparison = { ...scene.comparison!, alone: { ...alone!, swarm } }
    expect(drawn({ ...scene, comparison }, 120)).toMatch(/gain 0\.\d+×, worse than alone/)
  })

  test('a rival that diverged', () => {
    const rivals = scene.rivals.map(rival => ({ ...rival, divergedIn: 1234, sample: undefined }))
    const text = drawn({ ...scene, rivals, comparison: undefined }, 120)
    expect(text).toContain('alone diverged in round 1,234')
    expect(text).toContain('server (star) diverged in round 1,234')
  })

  test('an old comparison says of which round it is, a recent one does not', () => {
    const then = 1.2 * scene.now!.sample!.swarm.valueError!
    const at = (round: number): string => drawn(comparedAfter(round, then), 160)
    expect(at(132)).toContain(`at round 132: here ${figure(then)} `)
    expect(at(132)).toMatch(/ alone [\d.]+ +→ gain [^ ]+.* +server \(star\) [\d.]+ +→ .* here/)
    expect(at(132)).toMatch(/= [\d.]+ % of alone at round 132/)
    expect(at(133)).not.toContain('at round 133')
  })

  test.each([60, 80, 100, 120, 160])(
    'of a comparison that the run has long left behind only the round is said, at %i columns',
    width => {
      const text = drawn(comparedAfter(7), width)
      expect(text).toMatch(/comparing, at round 7|at round 7: here 77\.00 +alone [\d.]+ +server [\d.]+/)
      expect(text).not.toMatch(/gain|worse|better|helps|→|of alone/)
      expect(text).toContain(`value error     ${figure(scene.now!.sample!.swarm.valueError)}`)
      const summary = summaryOf(comparedAfter(7))
      expect(summary).toContain('The comparison is at round 7.')
      expect(summary).not.toMatch(/Federation|The server/)
    }
  )

  test('where nobody is alone, the server says of which round it is', async () => {
    const alone = await exampleScene({ rounds: 40, aggregation: 'none' })
    const at = (round: number): string =>
      drawn({ ...alone, comparison: { ...alone.comparison!, round } }, 160)
    expect(at(30)).toMatch(/at round 30: here [\d.]+ +server \(star\) [\d.]+ +→/)
    expect(at(39)).not.toContain('at round')
  })

  test('a run that is little ahead of its rivals is shown as it was beside them', () => {
    expect(drawn(comparedAfter(139), 160)).toMatch(/value error +77/)
  })

  test('corrections that no longer cancel, where they should', async () => {
    const corrected = await exampleScene({ rounds: 5, aggregation: 'gossip-scafflsa' })
    const withSum = (correctionSum: number): string => {
      const now = { ...corrected.now!, sample: { ...corrected.now!.sample!, correctionSum } }
      return drawn({ ...corrected, now }, 120)
    }
    expect(withSum(1e-15)).toContain('‖Σξ‖ 1.0e-15')
    expect(withSum(1e-15)).not.toContain('should be 0')
    expect(withSum(0.012)).toContain('‖Σξ‖ 0.0120  should be 0')
  })

  test.each<[string, Partial<Scene>, string]>([
    ['running', {}, '▶ running'],
    ['paused', { status: 'paused' }, '‖ paused'],
    ['complete', { status: 'comparing' }, 'its rivals follow: round 140'],
    ['finished', { status: 'finished' }, '● finished'],
    ['interrupted', { status: 'interrupted' }, '● interrupted'],
    ['without its target', { status: 'target-missed' }, '● target missed'],
    ['a record', { isRecord: true }, '▶ record playing'],
    ['a paused record', { isRecord: true, status: 'paused' }, '‖ record paused']
  ])('%s', (_, changes, status) => {
    const text = drawn({ ...scene, ...changes }, 100)
    expect(text).toContain(status)
    expect(text.includes('to go')).toBe(status.startsWith('▶'))
  })

  test('a limit of speed, a target, and a screen that is frozen', () => {
    const limited = {
      ...scene,
      experiment: { ...scene.experiment, until: 'valueError<0.1' },
      now: { ...scene.now!, roundsPerSecond: 10 }
    }
    const text = drawn(limited, 180, { isFrozen: true })
    for (const what of ['412 rounds/s, the limit', 'until valueError<0.1', 'FROZEN'])
      expect(text).toContain(what)
  })

  test('the links that are there before the first round', () => {
    expect(drawn(opening, 80)).toContain('connecting  12 of 16 links')
  })
})

describe('every width from 40 to 220', () => {
  const numbers = (text: string): string[] => text.match(/\d[\d.,]*(e[+-]\d+)?/g) ?? []

  test('no number is cut', () => {
    for (const some of [scene, bad, policy, opening]) {
      const known = new Set(numbers(drawn(some, 400)))
      for (let width = 40; width <= 220; width++) {
        const cut = numbers(drawn(some, width)).filter(number => !known.has(number))
        expect(cut, `${width} columns`).toEqual([])
      }
    }
  })

  test('value error and the worst peer are always there', () => {
    for (let width = 40; width <= 220; width++) {
      expect(drawn(scene, width)).toMatch(/value error +\d[\s\S]*worst (peer )?\d+: (value error )?\d/)
    }
  })

  test('symbols in ASCII are ASCII', () => {
    for (const some of [scene, bad, policy, opening]) {
      for (let width = 40; width <= 220; width += 9) {
        expect(drawn(some, width, { isFrozen: true }, 'ascii')).toMatch(/^[\n -~]*$/)
      }
    }
  })
})

test('figures change without moving what follows them', () => {
  const others = [0.000123, 0.0123, 0.123, 1.23, 12.3].map(valueError => {
    const sample = { ...scene.now!.sample!, swarm: { ...scene.now!.sample!.swarm, valueError } }
    return drawn({ ...scene, now: { ...scene.now!, sample } }, 120).indexOf('alone')
  })
  expect(new Set(others).size).toBe(1)
})
