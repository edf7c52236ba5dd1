import { beforeAll, describe, expect, test } from 'vitest'
import type { Symbols } from '../../../src/dashboard/glyphs.ts'
import { drawPeers } from '../../../src/dashboard/panels/peers.ts'
import type { Scene } from '../../../src/dashboard/scene.ts'
import { Surface } from '../../../src/dashboard/surface.ts'
import { FIRST_VIEW, SORTS, type View } from '../../../src/dashboard/view.ts'
import { expectGolden } from '../../support/golden.ts'
import { exampleScene } from '../../support/scene.ts'
import { troubled } from '../../support/troubled.ts'

let scene: Scene
let bad: Scene
let star: Scene
let policy: Scene
let many: Scene
beforeAll(async () => {
  scene = await exampleScene({ rounds: 100 })
  bad = troubled(scene)
  star = await exampleScene({ rounds: 60, peers: 6, aggregation: 'star' })
  policy = await exampleScene({ rounds: 20, peers: 9, topology: 'grid', learner: 'softmax' })
  many = await exampleScene({ rounds: 2, peers: 1000 })
})

function surfaceOf(
  some: Scene,
  width: number,
  height: number,
  view: Partial<View> = {},
  symbols: Symbols = 'braille'
): Surface {
  const surface = new Surface(width, height, symbols)
  drawPeers(surface.area, some, { ...FIRST_VIEW, ...view })
  return surface
}

const drawn = (...frame: Parameters<typeof surfaceOf>): string => surfaceOf(...frame).text
const lineOf = (text: string, peer: number): string =>
  text.split('\n').find(line => new RegExp(`^[│|]!? *${peer} `).test(line)) ?? ''

describe('frames', () => {
  test('as narrow as it gets beside other panels', () => expectGolden('peers-58', drawn(bad, 58, 19)))
  test('of half a large screen', () => expectGolden('peers-84', drawn(scene, 84, 19, { sort: 'gain' })))
  test('of a whole screen', () => {
    expectGolden('peers-160', drawn(bad, 160, 19, { sort: 'state', isDescending: true }))
  })
  test('with a hub', () => expectGolden('peers-hub', `${drawn(star, 58, 10)}\n\n${drawn(star, 96, 10)}`))
  test('of policies', () => {
    expectGolden('peers-policy', drawn(policy, 70, 12, { sort: 'error', isDescending: true, focus: 'chart' }))
  })
  test('of a thousand', () =>
    expectGolden('peers-thousand', drawn(many, 84, 12, { selected: 500, isAtTop: false })))
  test('filtered, in ASCII', () => {
    expectGolden(
      'peers-ascii',
      drawn(bad, 84, 8, { filter: 'waits', sort: 'consensus', isDescending: true }, 'ascii')
    )
  })
  test('before the first round', () => {
    const opening = { ...scene, now: undefined, comparison: undefined, trails: [] }
    expectGolden('peers-opening', drawn(opening, 70, 8))
  })
})

describe('rows', () => {
  test('the worst peer of those that take part is marked, and no other', () => {
    const errors = bad.now!.sample!.peers.valueError!
    const worst = errors.indexOf(Math.max(...errors.filter(error => !Number.isNaN(error))))
    const marked = drawn(bad, 100, 19)
      .split('\n')
      .filter(line => line.startsWith('│!'))
    expect(marked).toHaveLength(1)
    expect(marked[0]).toMatch(new RegExp(`^│! *${worst} `))
  })

  test.each([58, 76, 120])('what peers do is said in words, at %i cells', width => {
    const text = drawn(bad, width, 19)
    expect(lineOf(text, 5)).toContain('stopped')
    expect(lineOf(text, 3)).toContain('lost')
    expect(lineOf(text, 9)).toContain('late')
    expect(lineOf(text, 8)).toMatch(/waits (for )?9/)
    expect(lineOf(text, 0)).toContain('learning')
  })

  test('a peer that does not take part has no error', () => {
    expect(lineOf(drawn(bad, 84, 19), 5)).toMatch(/garnet-5 +–/)
  })

  test('a gain below 1 has a mark, others have none', () => {
    const gains = Float64Array.from(scene.comparison!.gains, (gain, i) => (i === 4 ? 0.834 : 1 + gain))
    const text = drawn({ ...scene, comparison: { ...scene.comparison!, gains } }, 84, 19)
    expect(lineOf(text, 4)).toContain('0.834×▼')
    expect(text.match(/×▼/g)).toHaveLength(1)
  })

  test('gains of an earlier round say so, and those of long ago are not shown', () => {
    const harmed = scene.comparison!.gains.map(gain => gain / 100)
    const at = (round: number): string[] =>
      drawn({ ...scene, comparison: { ...scene.comparison!, round, gains: harmed } }, 58, 19).split('\n')
    expect(at(96)[0]).not.toContain('round')
    expect(at(80)[0]).toContain(' gain at round 80 ')
    expect(at(80).join('').match(/▼/g)).toHaveLength(16)
    expect(at(18)[0]).toContain(' comparing, at round 18 ')
    expect(at(18).join('')).not.toMatch(/×|▼/)
  })

  test('the column that is sorted by says which way; one that is not shown is named in the title', () => {
    expect(drawn(scene, 84, 19, { sort: 'error' })).toContain('error↑')
    expect(drawn(scene, 84, 19, { sort: 'error', isDescending: true })).toContain('error↓')
    expect(drawn(scene, 58, 19, { sort: 'bytes', isDescending: true }).split('\n')[0]).toContain('by bytes↓')
    expect(drawn(policy, 84, 19, { sort: 'error', isDescending: true })).toContain('return↑')
  })

  test('the hub of a star is the last row, with its traffic and without what learners have', () => {
    for (const width of [58, 96]) {
      const last = drawn(star, width, 6, { selected: 5 }).split('\n').at(-2)
      expect(last).toMatch(/hub server .*\d kB.* averages/)
      expect(last).not.toMatch(/[▁█×]/)
    }
  })

  test('the selected peer is inverted', () => {
    const lines = surfaceOf(scene, 84, 19, { selected: 6 }).ansi('none').split('\n')
    const inverted = lines.filter(line => line.includes('\x1b[7m') || line.includes(';7m'))
    expect(inverted).toHaveLength(1)
    expect(inverted[0]).toContain('garnet-6')
  })

  test('a list that was sorted last shows its first, wherever the selected peer is by now', () => {
    expect(drawn(many, 84, 12, { selected: 500, isAtTop: true })).toContain('1–9 of 1,000')
  })

  test('the list scrolls to the selected peer, wherever it is', () => {
    for (const selected of [0, 1, 5, 499, 994, 998, 999]) {
      for (const isDescending of [false, true]) {
        const text = drawn(many, 84, 12, { selected, isDescending, isAtTop: false })
        expect(lineOf(text, selected)).toContain(`garnet-${selected} `)
        expect(text.split('\n').filter(line => line.includes('garnet-'))).toHaveLength(9)
      }
    }
    expect(drawn(many, 84, 12, { selected: 999, isAtTop: false })).toContain('992–1,000 of 1,000')
  })

  test('a filter that nobody passes says so', () => {
    const text = drawn(scene, 84, 12, { filter: 'zzz' })
    expect(text).toContain('0 of 16')
    expect(text).toContain('no peer has "zzz"')
  })
})

describe('every width from 40 to 220', () => {
  test('lines end with the frame, and columns do not touch', () => {
    for (const [some, step] of [
      [bad, 3],
      [star, 7],
      [policy, 7],
      [many, 7]
    ] as const) {
      for (let width = 40; width <= 220; width += width < 100 ? 1 : step) {
        const lines = drawn(some, width, 7, { selected: 4 }).split('\n')
        for (const line of lines) expect([...line]).toHaveLength(width)
        for (const line of lines.slice(2, -1)) expect(line, `${width} cells`).toMatch(/ │$/)
      }
    }
  })

  test('no number is cut', () => {
    const sample = bad.now!.sample!
    for (let width = 40; width <= 220; width += width < 100 ? 1 : 7) {
      const text = drawn(bad, width, 19)
      for (let peer = 0; peer < 16; peer++) {
        const [number, ...rest] = lineOf(text, peer).match(/\d+(\.\d+)?(e[+-]\d+)?/g) ?? []
        expect(Number(number)).toBe(peer)
        const known = [
          peer,
          9,
          sample.peers.valueError![peer]!,
          bad.comparison!.gains[peer]!,
          sample.peers.consensusError![peer]!,
          bad.now!.traffic.missing[peer]!,
          (bad.now!.traffic.bytesIn[peer]! + bad.now!.traffic.bytesOut[peer]!) / 1000,
          bad.now!.traffic.messagesIn[peer]!,
          bad.now!.traffic.messagesOut[peer]!
        ]
        for (const shown of rest.map(Number)) {
          expect(
            known.some(value => Math.abs(value - shown) <= 0.006 * Math.abs(value)),
            `${shown}`
          ).toBe(true)
        }
      }
    }
  })

  test('symbols in ASCII are ASCII', () => {
    for (const some of [bad, star, policy]) {
      for (const sort of SORTS) {
        expect(drawn(some, 120, 12, { sort, filter: 'é' }, 'ascii')).toMatch(/^[\n -~]*$/)
        expect(drawn(some, 58, 12, { sort }, 'ascii')).toMatch(/^[\n -~]*$/)
      }
    }
  })

  test('nothing breaks where there is hardly room', () => {
    for (let width = 1; width < 40; width++) {
      for (let height = 1; height < 5; height++) drawn(bad, width, height)
    }
  })
})
