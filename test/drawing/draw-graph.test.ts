import { describe, expect, test } from 'vitest'
import { drawGraph } from '../../src/drawing/draw-graph.ts'
import { circleLayout } from '../../topologies/parts/layouts.ts'
import { layoutOf } from '../../topologies/parts/stress-layout.ts'
import { built } from '../support/topologies.ts'

function draw(name: string, peers: number, width = 40, height = 12): string {
  const { family, graph, options } = built(name, peers)
  return drawGraph(graph, layoutOf(family, peers, options, graph), width, height)
}

const numbersIn = (picture: string): number[] =>
  [...picture.matchAll(/\d+/g)].map(([digits]) => Number(digits)).sort((a, b) => a - b)

test('a grid of 4 is a square', () => {
  expect(draw('grid', 4, 9, 3)).toBe('0⠤⠤⠤⠤⠤⠤⠤1\n⢸       ⢸\n2⠤⠤⠤⠤⠤⠤⠤3')
})

test.each(['ring', 'path', 'star', 'grid', 'torus', 'hypercube', 'exponential'])(
  '%s(16) shows every peer once',
  name => {
    expect(numbersIn(draw(name, 16, 64, 20))).toEqual(Array.from({ length: 16 }, (_, i) => i))
  }
)

test('no line is wider and no picture higher than asked', () => {
  for (const name of ['ring', 'torus', 'star']) {
    const lines = draw(name, 16, 50, 14).split('\n')
    expect(lines.length).toBeLessThanOrEqual(14)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(50)
  }
})

test('the hub of a star is in the middle', () => {
  const lines = draw('star', 9, 41, 11).split('\n')
  expect(lines[5]!.indexOf('0')).toBe(20)
})

test('the closing edges of a torus are seen: it does not look like the grid', () => {
  expect(draw('torus', 16, 64, 20)).not.toBe(draw('grid', 16, 64, 20))
  const dots = (picture: string): number => [...picture].filter(character => character > '⠀').length
  expect(dots(draw('torus', 16, 64, 20))).toBeGreaterThan(1.3 * dots(draw('grid', 16, 64, 20)))
})

test('numbers that would touch become dots', () => {
  const picture = draw('ring', 60, 30, 10)
  expect(numbersIn(picture)).toEqual([])
  expect(picture).toContain('●')
})

test('a path of 9 is one line, without empty ones above it', () => {
  expect(draw('path', 9, 25, 20)).toBe('0⠤⠤1⠤⠤2⠤⠤3⠤⠤4⠤⠤5⠤⠤6⠤⠤7⠤⠤8')
})

test('one peer is drawn alone', () => {
  expect(draw('ring', 1).trim()).toBe('0')
})

describe('what would be a blot is told in numbers', () => {
  test('many peers of one degree', () => {
    expect(draw('ring', 65)).toBe('each of the 65 peers has 2 neighbours')
  })

  test('many edges', () => {
    expect(draw('complete', 16)).toBe('each of the 16 peers has 15 neighbours')
  })

  test('several degrees, as a histogram', () => {
    expect(draw('grid', 100, 30)).toBe(
      ['degree  peers', '     2      4  █', '     3     32  ████████', '     4     64  ███████████████'].join(
        '\n'
      )
    )
  })

  test('more than twelve degrees, in ranges that hold all peers', () => {
    const neighbours = Array.from({ length: 100 }, (_, i) => Array.from({ length: i % 30 }, (_, k) => k))
    const lines = drawGraph({ neighbours }, circleLayout(100), 40, 10).split('\n')
    expect(lines.length).toBeLessThanOrEqual(13)
    expect(lines[1]).toMatch(/^ *0–2 +12 /)
    const peers = lines.slice(1).map(line => Number(/(\d+) +█+$/.exec(line)?.[1]))
    expect(peers.reduce((sum, count) => sum + count, 0)).toBe(100)
  })
})
