import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawMap } from '../../../src/dashboard/panels/map.ts'
import { levelGlyphs } from '../../../src/dashboard/panels/map-signs.ts'
import { LEVEL_STYLES } from '../../../src/dashboard/reading.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { dressed } from '../../../src/dashboard/styles.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW, type View } from '../../../src/dashboard/view.ts'
import { character } from '../../../src/drawing/canvas.ts'
import { LINK, PRESENCE } from '../../../src/interfaces.ts'
import { circleLayout } from '../../../topologies/parts/layouts.ts'
import { expectGolden } from '../../support/golden.ts'
import { exampleScene } from '../../support/scene.ts'
import { built } from '../../support/topologies.ts'

const example = await exampleScene({ rounds: 5 })
const SIGNS = ['▁', '▂', '▄', '▆', '█']
/** Consensus errors of levels 0 to 4, where the swarm's is 1. */
const ERRORS = [0.3, 0.6, 1, 1.5, 3]
const DOTS = /[\u2801-\u28ff]/gu

interface Changes {
  readonly aggregation?: Scene['experiment']['aggregation']
  readonly presence?: Readonly<Record<number, number>>
  /** By the position of an edge. */
  readonly links?: Readonly<Record<number, number>>
  readonly scene?: Partial<Scene>
  readonly layout?: Float64Array
}

/** A swarm of which peer i is at level i mod 5, and the last is the worst. */
function swarm(name: string, peers: number, changes: Changes = {}): Scene {
  const { family, graph, options } = built(name, peers)
  const edges = graph.neighbours.flatMap((heard, i) => heard.filter(j => i < j).map(j => [i, j] as const))
  return sceneOf(name, peers, edges, family.layout?.(peers, options) ?? circleLayout(peers), changes)
}

function star(peers: number, changes: Changes = {}): Scene {
  const edges = Array.from({ length: peers }, (_, i) => [i, peers] as const)
  const layout = Float64Array.of(...circleLayout(peers), 0.5, 0.5)
  return sceneOf('star', peers, edges, layout, { aggregation: 'star', ...changes })
}

function sceneOf(
  name: string,
  peers: number,
  edges: readonly (readonly [number, number])[],
  layout: Float64Array,
  { aggregation = 'gossip', presence = {}, links = {}, scene = {}, ...changes }: Changes
): Scene {
  const now = example.now!
  const sample = now.sample!
  const participants = peers + (aggregation === 'star' ? 1 : 0)
  const isGone = (i: number): boolean => (presence[i] ?? PRESENCE.here) !== PRESENCE.here
  const measured = (errorOf: (i: number) => number): Float64Array =>
    Float64Array.from({ length: peers }, (_, i) => (isGone(i) ? Number.NaN : errorOf(i)))
  return {
    ...example,
    experiment: { ...example.experiment, peers, aggregation, topology: { name } },
    stage: { ...example.stage!, participants, edges, layout: changes.layout ?? layout },
    now: {
      ...now,
      sample: {
        ...sample,
        swarm: { ...sample.swarm, consensusError: 1 },
        peers: {
          ...sample.peers,
          consensusError: measured(i => ERRORS[i % 5]!),
          valueError: measured(i => i)
        }
      },
      presence: Uint8Array.from({ length: participants }, (_, i) => presence[i] ?? PRESENCE.here),
      links: Uint8Array.from(
        edges,
        ([i, j], k) => links[k] ?? (isGone(i) || isGone(j) ? LINK.idle : LINK.carries)
      )
    },
    ...scene
  }
}

function surfaceOf(
  scene: Scene,
  [width, height]: readonly [number, number] = [58, 16],
  view: Partial<View> = {},
  symbols: Surface['symbols'] = 'braille'
): Surface {
  const surface = new Surface(width, height, symbols)
  drawMap(surface.area, scene, { ...FIRST_VIEW, selected: -1, ...view })
  return surface
}

const textOf = (...args: Parameters<typeof surfaceOf>): string => surfaceOf(...args).text
const linesOf = (...args: Parameters<typeof surfaceOf>): string[] => textOf(...args).split('\n')
const lastLineOf = (...args: Parameters<typeof surfaceOf>): string => linesOf(...args).at(-1)!
/** Dots set in Braille characters. */
const dotsIn = (text: string): number =>
  (text.match(DOTS) ?? []).reduce(
    (sum, character) =>
      sum + [...(character.codePointAt(0)! - 0x2800).toString(2)].filter(bit => bit === '1').length,
    0
  )
const count = (text: string, part: string): number => text.split(part).length - 1

describe('frames', () => {
  const faults: Changes = {
    presence: { 9: PRESENCE.killed, 12: PRESENCE.closed },
    links: { 2: LINK.cut, 9: LINK.silent },
    scene: { waitingFor: [7], backSince: new Map([[5, 3]]) }
  }
  test.each<[string, Scene, [number, number], Partial<View>]>([
    ['ring-16', swarm('ring', 16, faults), [58, 16], { selected: 4, focus: 'map' }],
    ['torus-16-large', swarm('torus', 16, faults), [116, 30], { selected: 5 }],
    ['star-12-small', star(12), [40, 12], {}],
    ['ring-64', swarm('ring', 64, faults), [58, 16], { selected: 20 }],
    ['complete-16', swarm('complete', 16), [58, 16], { selected: 3 }],
    ['ring-1000', swarm('ring', 1000, faults), [58, 16], { selected: 500 }],
    ['ring-1000-flat', swarm('ring', 1000, faults), [78, 8], {}]
  ])('%s', (name, scene, size, view) => {
    expectGolden(`map-${name}`, textOf(scene, size, view))
  })

  test('ring-16 in ASCII', () => {
    expectGolden('map-ring-16-ascii', textOf(swarm('ring', 16, faults), [58, 16], { selected: 4 }, 'ascii'))
  })
})

describe('the frame', () => {
  test('says how the edges take turns', () => {
    const base = example.stage!
    const titleOf = (period: number | null) =>
      linesOf({ ...swarm('ring', 8), stage: { ...base, ...swarm('ring', 8).stage, period } })[0]
    expect(titleOf(4)).toContain(' ring · 8 peers · 8 edges · 4 rounds in turn ')
    expect(titleOf(null)).toContain(' ring · 8 peers · 8 edges · new every round ')
  })

  test('names the topology, and counts peers and edges as far as there is room', () => {
    expect(linesOf(swarm('torus', 16))[0]).toContain(' 3 map  torus · 16 peers · 32 edges ')
    expect(linesOf(star(1000), [40, 12])[0]).toContain(' 3 map  star (hub) · 1,000 peers ─')
    expect(linesOf(swarm('ring', 2))[0]).toContain('2 peers · 1 edge ')
  })

  test('nobody talks without aggregation', () => {
    const text = textOf(sceneOf('ring', 8, [], circleLayout(8), { aggregation: 'none' }))
    expect(text).toContain(' nobody talks · 8 peers ')
    expect(dotsIn(text)).toBe(0)
  })

  test('has the style of the focus when keys go to it', () => {
    const scene = swarm('ring', 8)
    expect(surfaceOf(scene, [58, 16], { focus: 'map' }).ansi('256')).toContain(
      dressed('╭─', 'focus', false, '256')
    )
    expect(surfaceOf(scene).ansi('256')).toContain(dressed('╭─', 'frame', false, '256'))
  })

  test('says who is lost, stopped, late, back and worst, and what is cut, in its lower line', () => {
    const scene = swarm('path', 12, {
      presence: { 3: PRESENCE.killed, 4: PRESENCE.frozen, 5: PRESENCE.closed, 6: PRESENCE.absent },
      links: { 0: LINK.cut, 1: LINK.silent },
      scene: { waitingFor: [9], backSince: new Map([[7, 1]]) }
    })
    const line = lastLineOf(scene, [160, 16])
    for (const words of [
      '✕ lost 3',
      '✕ frozen 4',
      '… late 9',
      '○ stopped 5',
      '○ not joined 6',
      '← back 7',
      '╳ cut 0–1',
      'silent 1–2',
      '▲ worst 11'
    ])
      expect(line).toContain(` ${words} `)
  })

  test('counts those who are too many to be named', () => {
    const presence = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, PRESENCE.killed]))
    expect(lastLineOf(swarm('ring', 20, { presence }))).toContain('✕ lost 9 peers')
  })

  test('a peer whose links are all cut is cut off', () => {
    expect(lastLineOf(swarm('path', 3, { links: { 1: LINK.cut } }))).toContain(' cut off 2 ')
  })
})

describe('a picture', () => {
  test.each(['ring', 'path', 'star', 'grid', 'torus', 'hypercube', 'exponential'])(
    'of %s(16) has every peer once, with the sign of its level',
    name => {
      const body = linesOf(swarm(name, 16), [70, 24]).slice(1, -2).join('\n')
      const found = [...body.matchAll(/(\d+)([▁▂▄▆█])/g)].map(
        ([, number, sign]) => [Number(number), sign] as const
      )
      expect(found.sort(([a], [b]) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => [i, SIGNS[i % 5]]))
    }
  )

  test('a peer has the colour of its level; the selected one is inverted', () => {
    const ansi = surfaceOf(swarm('ring', 8), [58, 16], { selected: 6 }).ansi('256')
    expect(ansi).toContain(dressed('3▆', LEVEL_STYLES[3], false, '256'))
    expect(ansi).toContain(dressed('6▂', LEVEL_STYLES[1], true, '256'))
  })

  test('who is lost, stopped, late, back or worst is marked', () => {
    const text = textOf(
      swarm('ring', 8, {
        presence: { 1: PRESENCE.killed, 2: PRESENCE.frozen, 3: PRESENCE.closed },
        scene: { waitingFor: [5], backSince: new Map([[0, 9]]) }
      })
    )
    for (const label of ['1✕', '2✕', '3○', '5▁…', '0▁←', '7▄▲']) expect(text).toContain(label)
  })

  test('before the first sample no level is shown', () => {
    const { now, ...scene } = swarm('ring', 8)
    const text = linesOf({ ...scene, now: { ...now!, sample: undefined } })
      .slice(1, -2)
      .join('\n')
    expect(count(text, '●')).toBe(8)
    expect(text).not.toMatch(/[▁▂▄▆█]/)
  })

  test('the hub has its name, not a level', () => {
    const text = textOf(star(12))
    expect(count(text, 'hub')).toBe(2)
    expect(text).not.toMatch(/hub[▁▂▄▆█●]/)
  })

  describe('edges', () => {
    const edgeThatIs = (link: number): string =>
      textOf(swarm('path', 2, { links: { 0: link }, layout: Float64Array.of(0, 0.5, 1, 0.5) }), [42, 9])

    test('the worse a link, the fewer dots it has', () => {
      const [carries, silent, lost, idle] = [LINK.carries, LINK.silent, LINK.lost, LINK.idle].map(link =>
        dotsIn(edgeThatIs(link))
      )
      expect(carries).toBeGreaterThan(silent!)
      expect(silent).toBeGreaterThan(lost!)
      expect(lost).toBeGreaterThan(idle!)
      expect(idle).toBeGreaterThan(0)
    })

    test('a cut one has a cross in a gap in its middle', () => {
      const line = edgeThatIs(LINK.cut)
        .split('\n')
        .find(each => each.includes('0▁'))!
      const [, before, after] = /0▁([⠤⠠⠄]+) +╳ +([⠤⠠⠄]+)1▂/.exec(line)!
      expect(Math.abs(before!.length - after!.length)).toBeLessThanOrEqual(1)
    })

    test('those of the selected peer stand out', () => {
      const scene = swarm('path', 2, { layout: Float64Array.of(0, 0.5, 1, 0.5) })
      const blue = /\[1;38;5;39m⠤/
      expect(surfaceOf(scene, [42, 9], { selected: 0 }).ansi('256')).toMatch(blue)
      expect(surfaceOf(scene, [42, 9]).ansi('256')).not.toMatch(blue)
    })
  })

  test('is not stretched much where numbers fit without it', () => {
    const columns = linesOf(swarm('ring', 8), [116, 16])
      .slice(1, -2)
      .flatMap(line =>
        [...line.matchAll(/[▁▂▄▆█]/g)].filter(({ index }) => index < 80).map(({ index }) => index)
      )
    expect(Math.max(...columns) - Math.min(...columns)).toBeLessThan(3.5 * 14)
  })

  test('has signs alone where numbers would touch, and numbers of those that matter', () => {
    const lines = linesOf(swarm('ring', 64, { presence: { 40: PRESENCE.killed } }), [58, 16], { selected: 9 })
    const text = lines.slice(1, -2).join('\n')
    const numbers = [...text.matchAll(/\d+/g)].map(Number)
    expect(numbers.sort((a, b) => a - b)).toEqual([9, 40, 63])
    expect(text.match(/[▁▂▄▆█✕]/g)).toHaveLength(64)
  })

  describe('where all edges would be a blot', () => {
    const most = linesOf(swarm('complete', 24), [58, 16], { selected: 3 })

    test('those of the selected peer are left, and it says so', () => {
      expect(most.at(-1)).toContain(' drawn: 23 of 276 edges ')
      expect(dotsIn(most.join(''))).toBeLessThan(0.45 * 8 * 46 * 13)
    })

    test('broken ones are drawn, too', () => {
      const cut = lastLineOf(swarm('complete', 24, { links: { 200: LINK.cut } }), [58, 16], { selected: 3 })
      expect(cut).toContain(' drawn: 24 of 276 edges ')
    })
  })
})

describe('a summary', () => {
  const rowsIn = (lines: readonly string[]): string =>
    lines
      .filter(line => /^│ +\d+ [▁▂▄▆█✕○ ]+│$/.test(line))
      .map(line => line.replace(/[│\d ]/g, ''))
      .join('')

  test('has a cell for each peer if there is room, in order', () => {
    const lines = linesOf(swarm('ring', 1000), [116, 30])
    expect(lines[1]).toContain('a cell for each peer')
    expect(rowsIn(lines)).toBe(Array.from({ length: 1000 }, (_, i) => SIGNS[i % 5]).join(''))
  })

  test.each([
    [1000, 58, 16],
    [1000, 40, 12],
    [777, 78, 8],
    [100, 58, 10]
  ])('else for a few, the worst of them: %i peers on %i × %i', (peers, width, height) => {
    const scene = swarm('ring', peers)
    const lost = new Set([20, 21, 99])
    const presence = scene.now!.presence.map((_, i) => (lost.has(i) ? PRESENCE.killed : PRESENCE.here))
    const lines = linesOf({ ...scene, now: { ...scene.now!, presence } }, [width, height])
    const each = Number(/each cell the worst of (\d+) peers/.exec(lines[1]!)?.[1] ?? 1)
    const expected = Array.from({ length: Math.ceil(peers / each) }, (_, k) => {
      const group = Array.from({ length: Math.min(each, peers - k * each) }, (_, at) => k * each + at)
      return group.some(i => lost.has(i)) ? '✕' : SIGNS[Math.max(...group.map(i => i % 5))]
    })
    expect(rowsIn(lines)).toBe(expected.join(''))
  })

  test('its cell of the selected peer is inverted', () => {
    const ansi = surfaceOf(swarm('ring', 1000), [116, 30], { selected: 503 }).ansi('256')
    expect(ansi).toContain(dressed('▆', 'level3', true, '256'))
  })

  test('counts the peers at each level', () => {
    const text = textOf(swarm('ring', 1003, { presence: { 4: PRESENCE.killed } }))
    for (const [limit, peers] of [
      ['<0.5×', 201],
      ['<0.8×', 201],
      ['<1.25×', 201],
      ['<2×', 200],
      ['≥2×', 199]
    ] as const)
      expect(text).toMatch(new RegExp(`${limit} +█+ +${peers} `))
  })

  test('tells of degrees and links, and who is worst', () => {
    const links = { 3: LINK.silent, 4: LINK.silent, 5: LINK.lost }
    const ring = textOf(swarm('ring', 100, { links, presence: { 50: PRESENCE.closed } }))
    for (const words of [
      'degree 2',
      '95 links carry',
      '2 idle',
      'worst 99, 98, 97, 96',
      'link lost ',
      'silent '
    ])
      expect(ring).toContain(words)
    const path = textOf(swarm('star', 100))
    expect(path).toContain('degree 1–99, mean 1.98')
    expect(path).toContain('all links carry')
  })

  test('a graph that is a blot whatever is drawn has it, with numbers', () => {
    const body = linesOf(swarm('complete', 64), [58, 16], { selected: 3 }).slice(2, 10).join('\n')
    const found = [...body.matchAll(/(\d+)([▁▂▄▆█])/g)].map(([, number, sign]) => [Number(number), sign])
    expect(found).toEqual(Array.from({ length: 64 }, (_, i) => [i, SIGNS[i % 5]]))
  })
})

test('a legend says what the levels mean, as fully as there is room', () => {
  const scene = swarm('ring', 8)
  expect(linesOf(scene, [70, 20]).at(-2)).toContain('consensus ÷ 1.00: ▁ <0.5× ▂ <0.8× ▄ <1.25× ▆ <2× █ ≥2×')
  expect(linesOf(scene, [88, 12]).at(-2)).toContain(
    "consensus error of a peer beside the swarm's 1.00: ▁<0.5× ▂<0.8× ▄<1.25× ▆<2× █≥2×"
  )
  expect(linesOf(scene, [40, 12]).at(-2)).toContain('│ ▁ <0.5× ▂ <0.8× ▄ <1.25× ▆ <2× █ ≥2×')
})

test('before the swarm is built there is a frame and a word', () => {
  expect(textOf({ ...example, stage: undefined, now: undefined })).toContain('the swarm is being built')
})

test('whatever layout, edges, states and size: it is drawn within its area, in ASCII if only that is shown', () => {
  const anything = fc.record({
    peers: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constant(300)),
    isStar: fc.boolean(),
    layout: fc.array(fc.double(), { maxLength: 140 }),
    edges: fc.array(fc.tuple(fc.nat(80), fc.nat(80)), { maxLength: 200 }),
    states: fc.uint8Array({ minLength: 0, maxLength: 200, max: 7 }),
    width: fc.integer({ min: 0, max: 130 }),
    height: fc.integer({ min: 0, max: 32 }),
    selected: fc.integer({ min: -1, max: 80 }),
    symbols: fc.constantFrom('braille', 'block', 'ascii')
  })
  fc.assert(
    fc.property(anything, ({ peers, isStar, layout, edges, states, width, height, selected, symbols }) => {
      const scene = sceneOf('ring', peers, edges, Float64Array.from(layout), {
        aggregation: isStar ? 'star' : 'gossip',
        presence: Object.fromEntries([...states].map((state, i) => [i, state % 5])),
        links: Object.fromEntries(states.entries()),
        scene: { waitingFor: [...states.slice(0, 3)], backSince: new Map([[states[4] ?? 0, 1]]) }
      })
      const surface = new Surface(134, 36, symbols)
      surface.area.text(0, 0, 'x'.repeat(134))
      for (let row = 0; row < 36; row++) surface.area.text(0, row, 'x'.repeat(134))
      drawMap(surface.area.part(2, 2, width, height), scene, { ...FIRST_VIEW, selected })
      const text = surface.text
      if (symbols === 'ascii') expect(text).toMatch(/^[ -~\n]*$/)
      for (const [row, line] of text.split('\n').entries()) {
        const isBeside = row < 2 || row >= 2 + height
        expect(line.slice(0, 2)).toBe('xx')
        expect(line.slice(isBeside ? 0 : 2 + width)).toMatch(/^x+$/)
      }
    }),
    { numRuns: 150, seed: 1 }
  )
})

test.each(['braille', 'block', 'ascii'] as const)(
  'in %s no sign of a level is a character of edges',
  symbols => {
    const signs = levelGlyphs(new Surface(1, 1, symbols).area)
    const ofEdges = Array.from({ length: 256 }, (_, dots) => character(dots, symbols))
    expect(new Set(signs).size).toBe(5)
    expect(signs.filter(sign => ofEdges.includes(sign))).toEqual([])
  }
)
