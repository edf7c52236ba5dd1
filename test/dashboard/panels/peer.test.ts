import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { drawPeer, peerHeight } from '../../../src/dashboard/panels/peer.ts'
import type { Inspected, Scene } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW } from '../../../src/dashboard/view.ts'
import { LINK, type PeerReport, type PeerView } from '../../../src/interfaces.ts'
import { figure, times } from '../../../src/report/format.ts'
import { expectGolden } from '../../support/golden.ts'
import { openedScene, withNumbers } from '../../support/opened.ts'

const tabular = await openedScene(7)
const linear = await openedScene(7, {
  environment: 'garnet:features=8',
  aggregation: 'gossip-scafflsa',
  peers: 10
})
const policies = await openedScene(3, {
  learner: 'softmax',
  environment: 'garnet:actions=3',
  stepSize: 0.1,
  peers: 6,
  rounds: 20
})

interface Look {
  readonly scene: Scene
  readonly width: number
  readonly height: number
  readonly symbols?: Symbols
  readonly scroll?: number
}

function draw({ scene, width, height, symbols = 'braille', scroll = 0 }: Look): string {
  const surface = new Surface(width, height, symbols)
  drawPeer(surface.area, scene, {
    ...FIRST_VIEW,
    focus: 'peer',
    selected: 7,
    scroll: { peer: scroll, log: 0 }
  })
  return surface.text
}

/** All lines within the frame, its sides and blanks cut off. */
function linesOf(scene: Scene, width: number): string[] {
  const height = peerHeight(scene, width - 2) + 2
  return draw({ scene, width, height })
    .split('\n')
    .slice(1, -1)
    .map(line => line.slice(2, -1).trimEnd())
}

/** Another scene of the same peer, which knows other things. */
function knowing(scene: Scene, report: Partial<PeerReport>, view: Partial<PeerView> = {}): Scene {
  const here = scene.opened.here!
  const changed: Inspected = { report: { ...here.report, ...report }, view: { ...here.view, ...view } }
  return { ...scene, opened: { ...scene.opened, here: changed } }
}

describe('frames', () => {
  test.each([
    ['peer-60x20', tabular, 60, 20],
    ['peer-78x10', tabular, 78, 10],
    ['peer-116x30', tabular, 116, 30],
    ['peer-200x55', tabular, 200, 55],
    ['peer-linear-60x20', linear, 60, 20],
    ['peer-linear-116x40', linear, 116, 40],
    ['peer-policy-60x20', policies, 60, 20],
    ['peer-policy-160x40', policies, 160, 40]
  ])('%s', (name, scene, width, height) => {
    expectGolden(name, draw({ scene, width, height }))
  })

  test('peer-ascii-60x20', () => {
    expectGolden(
      'peer-ascii-60x20',
      draw({ scene: tabular, width: 60, height: 20, symbols: 'ascii', scroll: 24 })
    )
  })
})

test('before anything is known of the selected peer it says how to open it', () => {
  const scene = { ...tabular, opened: { here: undefined, alone: undefined } }
  expect(draw({ scene, width: 40, height: 4 })).toContain('peer 7 is asked what it knows')
  expect(draw({ scene: { ...scene, isRecord: true }, width: 60, height: 6 })).toContain('gone through again')
  expect(draw({ scene: { ...scene, now: undefined }, width: 40, height: 4 })).toContain(
    'nothing is known of peer 7 yet'
  )
  expect(peerHeight(scene, 38)).toBe(0)
  expect(peerHeight(tabular, -2)).toBeGreaterThan(0)
})

test('the title says who it is and after how many rounds it was looked at', () => {
  const [title] = draw({ scene: tabular, width: 60, height: 9 }).split('\n')
  expect(title).toContain(' 4 peer 7 · garnet-7 ')
  expect(title).toContain(' round 60 ')
})

test('the first line has the figures of the peer in the last sample', () => {
  const [first] = linesOf(tabular, 100)
  const { peers } = tabular.now!.sample!
  const alone = tabular.rivals.find(({ aggregation }) => aggregation === 'none')!.sample!
  expect(first).toContain(`value error ${figure(peers.valueError![7])}`)
  expect(first).toContain(`alone ${figure(alone.peers.valueError![7])}`)
  expect(first).toContain(`gain ${times(alone.peers.valueError![7]! / peers.valueError![7]!)}`)
  expect(first).toContain(`consensus ${figure(peers.consensusError![7])}`)
  expect(first).toContain('learning')
})

describe('beside a comparison of another round', () => {
  const { sample, alone } = tabular.comparison!
  const withError = (some: typeof sample, error: number) => ({
    ...some,
    peers: { ...some.peers, valueError: some.peers.valueError!.with(7, error) }
  })
  const at = (round: number): string => {
    const gains = tabular.comparison!.gains.with(7, 3)
    const comparison = {
      round,
      sample: withError(sample, 0.5),
      alone: withError(alone!, 1.5),
      server: undefined,
      gains
    }
    return linesOf({ ...tabular, comparison }, 120)[0]!
  }
  const now = `value error ${figure(sample.peers.valueError![7])}`

  test('a little earlier, all figures are of that round', () => {
    expect(at(58)).toMatch(/^value error 0\.500 +alone 1\.50 +gain 3\.00× +consensus/)
  })

  test('earlier, the round is said, and gain and alone stand beside the value of then', () => {
    expect(at(50)).toMatch(/ at round 50: here 0\.500 +alone 1\.50 +gain 3\.00× /)
    expect(at(50)).toContain(now)
  })

  test('long ago, nothing is said of the gain', () => {
    expect(at(12)).toMatch(/ comparing, at round 12: here 0\.500 +alone 1\.50 +consensus/)
    expect(at(12)).toContain(now)
    expect(at(12)).not.toContain('gain')
  })
})

test('of a policy the first line has its return and its value gap', () => {
  const { peers } = policies.now!.sample!
  const [first] = linesOf(policies, 100)
  expect(first).toContain(`return ${figure(peers.return![3])} `)
  expect(first).toContain(`gap ${figure(peers.valueGap![3])} `)
})

describe('values by state', () => {
  const { values, exactValues, federatedValues, weights } = tabular.opened.here!.view
  const others = tabular.opened.alone!.view.values
  const rows = linesOf(tabular, 200).filter(line => /^ *\d+ +0\.\d{4} /.test(line))

  test('every state has a row with its weight and four values', () => {
    expect(rows).toHaveLength(values.length)
    for (const [s, row] of rows.entries()) {
      const [state, weight, ...four] = row.trim().split(/\s+/, 6).map(Number)
      expect(state).toBe(s)
      expect(weight).toBeCloseTo(weights[s]!, 4)
      for (const [k, all] of [values, exactValues, federatedValues!, others].entries()) {
        expect(four[k]).toBeCloseTo(all[s]!, 3)
      }
    }
  })

  test('the marks of a state stand in the order of its values', () => {
    for (const [s, row] of rows.entries()) {
      const placed = [
        ['●', values[s]!],
        ['│', exactValues[s]!],
        ['×', federatedValues![s]!],
        ['○', others[s]!]
      ] as const
      const plot = row.slice(50)
      const seen = placed.filter(([mark]) => plot.includes(mark))
      for (const [mark, value] of seen) {
        for (const [other, than] of seen) {
          if (value < than) expect(plot.indexOf(mark)).toBeLessThan(plot.indexOf(other))
        }
      }
    }
  })

  test('one axis is common to all states: equal values stand in one column', () => {
    const scene = knowing(tabular, {}, { exactValues: exactValues.map(() => 3) })
    const columns = linesOf(scene, 200)
      .filter(line => /^ *\d+ +0\.\d{4} /.test(line))
      .map(line => line.slice(0, 150).lastIndexOf('│'))
      .filter(column => column > 0)
    expect(columns.length).toBeGreaterThan(10)
    expect(new Set(columns).size).toBe(1)
  })

  test('a state that is hardly visited does not stretch the axis: its value is an arrow at the end', () => {
    const rare = weights.indexOf(Math.min(...weights))
    const scene = knowing(tabular, {}, { values: values.map((v, s) => (s === rare ? 1e4 : v)) })
    const row = linesOf(scene, 200).find(line => line.trim().startsWith(`${rare} `))
    expect(row).toContain('→')
  })

  test('where there is less room numbers are left out, the plot stays', () => {
    const [, , legend, titles] = linesOf(tabular, 100)
    const [narrow] = linesOf(tabular, 52).filter(line => line.startsWith('state'))
    expect(legend).toContain('● here  │ exact  × θ*  ○ alone')
    expect(titles?.split(/\s+/).slice(0, 6)).toEqual(['state', 'μ', 'here', 'exact', 'θ*', 'alone'])
    expect(narrow?.split(/\s+/).slice(0, 4)).toEqual(['state', 'μ', 'here', 'exact'])
    expect(linesOf(tabular, 52).filter(line => line.includes('●')).length).toBeGreaterThan(20)
  })

  test('a twin that is behind says of which round it is', () => {
    const { alone } = tabular.opened
    const late = { ...alone!, report: { ...alone!.report, round: 40 } }
    const scene = { ...tabular, opened: { ...tabular.opened, alone: late } }
    expect(linesOf(scene, 116).join('\n')).toContain('○ alone (round 40)')
  })

  test('a twin that is another peer is not shown', () => {
    const { alone } = tabular.opened
    const other = { ...alone!, report: { ...alone!.report, peer: 2 } }
    const scene = { ...tabular, opened: { ...tabular.opened, alone: other } }
    expect(linesOf(scene, 116).join('\n')).not.toContain('○ alone')
  })
})

describe('the policy', () => {
  const { policy, values } = policies.opened.here!.view
  const rows = linesOf(policies, 60).filter(line => line.includes('%'))

  test('every state has the probability of every action in percent, and the most probable by its number', () => {
    expect(rows).toHaveLength(values.length)
    for (const [s, row] of rows.entries()) {
      const shares = [...policy!.subarray(3 * s, 3 * s + 3)]
      const [state, takes] = row.trim().split(/\s+/).map(Number)
      expect([state, takes]).toEqual([s, shares.indexOf(Math.max(...shares))])
      const shown = [...row.matchAll(/(\d+)%/g)].map(([, share]) => Number(share))
      expect(shown).toEqual(shares.map(share => Math.round(100 * share)))
    }
  })

  test('actions without room are counted', () => {
    const many = { policy: new Float64Array(40 * values.length).fill(1 / 40) }
    const text = linesOf(knowing(policies, {}, many), 60).join('\n')
    expect(text).toMatch(/share of each action, first \d+ of 40/)
  })

  test('a value learner has none', () => {
    expect(linesOf(tabular, 116).join('\n')).not.toContain('policy')
  })
})

describe('neighbours', () => {
  const rowsOf = (scene: Scene): string[] => {
    const lines = linesOf(scene, 60)
    const first = lines.indexOf('neighbours')
    return lines.slice(first + 1, lines.indexOf('', first))
  }

  test('each has its weight in W, its silence and its link', () => {
    const narrow = { ...tabular, now: { ...tabular.now!, links: tabular.now!.links.slice() } }
    const edge = tabular.stage!.edges.findIndex(([i, j]) => i === 7 && j === 8)
    narrow.now.links[edge] = LINK.cut
    const neighbours = narrow.opened.here!.report.neighbours.map(each =>
      each.neighbour === 8 ? { ...each, silence: Number.POSITIVE_INFINITY } : each
    )
    expect(rowsOf(knowing(narrow, { neighbours }))).toEqual([
      'peer  weight  silence  link',
      '   6   0.333        0  carries',
      '   8   0.333     lost  cut'
    ])
  })

  test('flows have the same size at both ends of an edge', async () => {
    const other = await openedScene(6, {
      environment: 'garnet:features=8',
      aggregation: 'gossip-scafflsa',
      peers: 10
    })
    const flowIn = (scene: Scene, neighbour: number): string | undefined =>
      rowsOf(scene)
        .find(row => row.trim().startsWith(`${neighbour} `))
        ?.trim()
        .split(/\s+/)
        .at(3)
    expect(rowsOf(linear)[0]).toContain('‖F‖   epoch')
    expect(Number(flowIn(linear, 6))).toBeGreaterThan(0)
    expect(flowIn(linear, 6)).toBe(flowIn(other, 7))
  })

  test('of a star there is the hub, and who learns alone talks to nobody', () => {
    const edges = Array.from({ length: 16 }, (_, i) => [i, 16] as const)
    const star = knowing(
      {
        ...tabular,
        stage: { ...tabular.stage!, edges },
        now: { ...tabular.now!, links: new Uint8Array(16) }
      },
      { neighbours: [] }
    )
    expect(rowsOf(star)).toEqual(['peer  link', ' hub  carries'])
    expect(rowsOf({ ...star, stage: { ...star.stage!, edges: [] } })).toEqual(['it talks to nobody'])
  })
})

describe('parameters', () => {
  const lengthOf = (scene: Scene, name: string): string | undefined =>
    linesOf(scene, 60)
      .find(line => line.startsWith(`${name} `))
      ?.slice(11, 21)
      .trim()

  test.each([
    ['features', linear, '‖θ − θ*‖'],
    ['a table, whose unvisited states do not count', tabular, '‖θ − θ*‖']
  ])('the distance to θ* is the fixed-point error: %s', (_, scene, name) => {
    expect(lengthOf(scene, name)).toBe(figure(scene.now!.sample!.peers.fixedPointError![7]))
  })

  test('the three distances are those of a triangle', () => {
    const [toShared = 0, toOwn = 0, between = 0] = ['‖θ − θ*‖', '‖θ − θ_i*‖', '‖θ* − θ_i*‖'].map(name =>
      Number(lengthOf(linear, name))
    )
    expect(between).toBeGreaterThan(0)
    expect(toShared).toBeLessThanOrEqual(toOwn + between + 0.02)
    expect(toOwn).toBeLessThanOrEqual(toShared + between + 0.02)
  })

  test('the size of the correction is told where there is one', () => {
    expect(lengthOf(linear, '‖ξ‖')).toBe(figure(Math.hypot(...linear.opened.here!.report.correction!)))
    expect(lengthOf(tabular, '‖ξ‖')).toBeUndefined()
  })

  test('components are listed, unless θ is the table of values', () => {
    expect(linesOf(linear, 60)).toContain('components')
    expect(linesOf(tabular, 60)).not.toContain('components')
  })

  test('a policy has the size of θ alone', () => {
    const text = linesOf(policies, 60).join('\n')
    expect(text).toContain('‖θ‖')
    expect(text).not.toContain('θ*')
  })
})

describe('traffic', () => {
  test('only what was dropped is told by its reason', () => {
    const { traffic } = tabular.now!
    const late = Float64Array.from({ length: 16 }, (_, p) => (p === 7 ? 3 : 0))
    const size = Float64Array.from({ length: 16 }, (_, p) => (p === 2 ? 9 : 0))
    const now = { ...tabular.now!, traffic: { ...traffic, dropped: { ...traffic.dropped, late, size } } }
    const lines = linesOf({ ...tabular, now }, 60)
    expect(lines.filter(line => line.startsWith('dropped'))).toEqual([
      expect.stringMatching(/^dropped: late +3$/)
    ])
  })

  test('both ways are counted', () => {
    expect(linesOf(tabular, 60)).toContainEqual(expect.stringMatching(/^messages +120 +120$/))
  })

  test('what a record does not keep is a dash', () => {
    const unknown = withNumbers(tabular.now!.traffic, () => Number.NaN)
    const lines = linesOf({ ...tabular, now: { ...tabular.now!, traffic: unknown } }, 60)
    expect(lines).toContainEqual(expect.stringMatching(/^bytes +– +–$/))
  })
})

describe('scrolling', () => {
  test('with as many rows as it has lines there is nothing to scroll', () => {
    const whole = draw({ scene: tabular, width: 60, height: peerHeight(tabular, 58) + 2 })
    expect(whole).not.toMatch(/of \d+ lines/)
    expect(whole.split('\n').at(-2)).toContain('between the two')
  })

  test.each([1, 5, 20])('scrolled by %i it begins with a later line', scroll => {
    const whole = linesOf(tabular, 60)
    const part = draw({ scene: tabular, width: 60, height: 12, scroll }).split('\n')
    expect(part[1]?.slice(2, -1).trimEnd()).toBe(whole[scroll])
    expect(part.at(-1)).toContain(` ${scroll + 1}–${scroll + 10} of ${whole.length} lines `)
  })

  test('beyond the end it stays at the end', () => {
    const lines = linesOf(tabular, 60).length
    const end = draw({ scene: tabular, width: 60, height: 12, scroll: lines - 10 })
    expect(draw({ scene: tabular, width: 60, height: 12, scroll: 1e6 })).toBe(end)
  })
})

const number = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0)
)

test('it draws whatever the size and the numbers are, in ASCII if it has to', () => {
  const scenes = fc.constantFrom(tabular, linear, policies)
  const size = fc.integer({ min: 1, max: 220 })
  fc.assert(
    fc.property(
      scenes,
      size,
      size,
      fc.array(number, { minLength: 1 }),
      fc.nat(90),
      (scene, width, height, pool, scroll) => {
        let at = 0
        const poisoned = withNumbers(scene, () => pool[at++ % pool.length]!)
        const text = draw({ scene: poisoned, width, height, symbols: 'ascii', scroll })
        expect(text).toMatch(/^[\n -~]*$/)
        expect(text).not.toMatch(/NaN|undefined/)
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width)
      }
    ),
    { numRuns: 60 }
  )
})
