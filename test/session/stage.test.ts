/** What is told before a run begins: pairs and places of every topology, and of a hub. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { LINK } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { worstOf } from '../../src/session/onlooker.ts'
import { edgesOf, stageOf } from '../../src/session/stage.ts'
import { settingOf, swarmOf } from '../../src/setting.ts'
import { edgeList } from '../../topologies/parts/graph.ts'
import { staticGraph } from '../../topologies/parts/topology.ts'

async function staged(raw: Readonly<Record<string, unknown>>) {
  const { experiment } = resolve({
    peers: 8,
    environment: 'garnet:states=4',
    rounds: 4,
    transport: 'simulated',
    ...raw
  })
  const setting = settingOf(experiment)
  const swarm = await swarmOf(setting, experiment.aggregation, simulatedNetwork)
  return { setting, swarm, stage: stageOf(setting, swarm) }
}

describe('the pairs of participants that talk', () => {
  test.each(['ring', 'path', 'star', 'complete', 'grid', 'torus', 'hypercube', 'random-regular:degree=3'])(
    'of %s are the edges of its graph, the lower first, ascending',
    async topology => {
      const { setting, stage } = await staged({ topology })
      expect(stage.edges).toEqual(edgeList(staticGraph(setting.topology), false))
    }
  )

  test('of a directed graph are told once, whoever speaks', async () => {
    const { setting, stage } = await staged({ topology: 'exponential:directed=true', aggregation: 'gossip' })
    const pairs = edgeList(staticGraph(setting.topology), true).map(([i, j]) => [
      Math.min(i, j),
      Math.max(i, j)
    ])
    const once = new Map(pairs.map(pair => [pair.join(), pair]))
    expect(stage.edges).toEqual([...once.values()].sort(([a, b], [c, d]) => a! - c! || b! - d!))
  })

  test('of a star are every peer and the hub, though both hops carry them', async () => {
    const { stage } = await staged({ aggregation: 'star' })
    expect(stage.participants).toBe(9)
    expect(stage.edges).toEqual(Array.from({ length: 8 }, (_, i) => [i, 8]))
  })

  test('of a graph that changes are those of all its rounds, and it is told how they take turns', async () => {
    const { stage } = await staged({ topology: 'one-peer-hypercube' })
    expect([stage.edges.length, stage.period]).toEqual([12, 3])
    const drawn = (await staged({ topology: 'random-matching', rounds: 100 })).stage
    expect([drawn.edges.length, drawn.period]).toEqual([28, null])
    expect((await staged({ topology: 'ring' })).stage.period).toBe(1)
  })

  test('of a mesh are those of the graph that it goes over', async () => {
    expect((await staged({ topology: 'ring', aggregation: 'mesh' })).stage.edges).toHaveLength(8)
  })

  test('are none where nobody talks', async () => {
    expect((await staged({ aggregation: 'none' })).stage.edges).toEqual([])
  })

  test('are as bad as the worst of their links', async () => {
    const { swarm } = await staged({ peers: 3, topology: 'path' })
    // Links: 0 hears 1; 1 hears 0 and 2; 2 hears 1.
    const links = [Uint8Array.of(LINK.silent, LINK.cut, LINK.carries, LINK.lost)]
    expect([...worstOf(links, edgesOf(swarm.plan))]).toEqual([LINK.cut, LINK.lost])
  })

  test('of several hops are as bad as the worst of them', async () => {
    const { swarm } = await staged({ peers: 2, aggregation: 'star' })
    const links = [Uint8Array.of(LINK.idle, LINK.carries), Uint8Array.of(LINK.carries, LINK.cut)]
    expect([...worstOf(links, edgesOf(swarm.plan))]).toEqual([LINK.idle, LINK.cut])
  })
})

describe('where participants are drawn', () => {
  test.each(['ring', 'path', 'star', 'complete', 'grid', 'torus', 'hypercube', 'random-regular:degree=3'])(
    'on %s is within the unit square, and nowhere twice',
    async topology => {
      const { layout } = (await staged({ topology })).stage
      expect(layout).toHaveLength(16)
      for (const place of layout) expect(place >= -1e-12 && place <= 1 + 1e-12).toBe(true)
      const places = Array.from(
        { length: 8 },
        (_, i) => `${layout[2 * i]!.toFixed(6)} ${layout[2 * i + 1]!.toFixed(6)}`
      )
      expect(new Set(places).size).toBe(8)
    }
  )

  test('around a hub is at one distance from it', async () => {
    const { layout } = (await staged({ aggregation: 'star-scafflsa' })).stage
    expect(layout).toHaveLength(18)
    expect([...layout.subarray(16)]).toEqual([0.5, 0.5])
    for (let i = 0; i < 8; i++)
      expect(Math.hypot(layout[2 * i]! - 0.5, layout[2 * i + 1]! - 0.5)).toBeCloseTo(0.5, 12)
  })
})

test('what is measured follows from the learner, and what it is compared with from the faults', async () => {
  const calm = (await staged({ aggregation: 'gossip-scafflsa' })).stage
  expect(calm).toMatchObject({ measures: 'value', rivals: ['none', 'star', 'star-scafflsa'], firstRound: 0 })
  const lossy = (await staged({ aggregation: 'gossip-scafflsa', loss: 0.1, learner: 'softmax' })).stage
  expect(lossy.measures).toBe('policy')
  expect(lossy.rivals).toContain('exact-diffusion')
  expect(calm.labels).toHaveLength(8)
})

test('theory predicts a run of TD without faults', async () => {
  expect((await staged({ aggregation: 'gossip-scafflsa' })).stage.predicted).toMatchObject({
    fixedPointError: 0
  })
  expect((await staged({ loss: 0.1 })).stage.predicted).toBeNull()
})
