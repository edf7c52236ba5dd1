import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mesh } from '../../src/aggregation/mesh.ts'
import { star } from '../../src/aggregation/star.ts'
import { completeLink, completeLinks } from '../../src/core/complete-links.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { linksOf } from '../../src/core/links.ts'
import { doubles } from '../../src/core/payload.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { FaultSchedule } from '../../src/faults/schedule.ts'
import {
  type Aggregation,
  FATE,
  type Fates,
  type Inbox,
  type Mixing,
  type Network,
  type NetworkPlan,
  type ParameterMatrix
} from '../../src/interfaces.ts'
import { meshOf } from '../../src/network/mesh-graph.ts'
import { messageBytes } from '../../src/network/message-bytes.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { always, compressed, filled, lazyRing, rowsOf, settingsOf } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import { built } from '../support/topologies.ts'

const number = fc.double({ min: -1e3, max: 1e3, noNaN: true })
const rows = (n: number, d: number) =>
  fc.array(fc.array(number, { minLength: d, maxLength: d }), { minLength: n, maxLength: n })

const ring = (n: number): number[][] =>
  range(n).map(i => [(i + n - 1) % n, (i + 1) % n].sort((a, b) => a - b))
const complete = (n: number): number[][] => range(n).map(i => range(n).filter(j => j !== i))

/** Connected graphs: a random tree, and random edges besides. */
const connected = (most: number): fc.Arbitrary<number[][]> =>
  fc.integer({ min: 2, max: most }).chain(n =>
    fc
      .record({
        parents: fc.tuple(...range(n - 1).map(i => fc.integer({ min: 0, max: i }))),
        more: fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 2 * n })
      })
      .map(({ parents, more }) => {
        const neighbours = range(n).map(() => new Set<number>())
        for (const [i, j] of [...parents.map((parent, i): [number, number] => [i + 1, parent]), ...more]) {
          if (i === j) continue
          neighbours[i]!.add(j)
          neighbours[j]!.add(i)
        }
        return neighbours.map(others => [...others].sort((a, b) => a - b))
      })
  )

const planOver = (neighbours: number[][], length = 2): NetworkPlan => ({
  participants: neighbours.length,
  hops: [completeLinks(neighbours.length)],
  payload: doubles(length),
  perLink: false,
  flows: false,
  relays: linksOf({ neighbours })
})

/** A mesh of peers that are connected along these edges; W is of no use to it. */
function meshOver(neighbours: number[][], parameters: number): Aggregation {
  const mixing = {
    ...always(compressed(lazyRing(neighbours.length))),
    links: linksOf({ neighbours })
  } as Mixing
  return mesh.build({ ...settingsOf(compressed(lazyRing(neighbours.length)), parameters), mixing }, {})
}

function round(aggregation: Aggregation, theta: ParameterMatrix, lose: readonly number[] = []): void {
  const network = simulatedNetwork(aggregation.plan)
  aggregation.plan.hops.forEach((_, hop) => {
    const inbox = network.exchange(0, hop, aggregation.compose(hop, theta)) as Inbox
    const slots = inbox.slots.slice()
    for (const k of lose) slots[k] = -1
    aggregation.combine(hop, theta, { ...inbox, slots })
  })
}

describe('the mean of all that came', () => {
  test.each([
    ['a ring', ring(7)],
    ['a complete graph', complete(7)]
  ])('has over %s the bits of the server', (_, neighbours) => {
    fc.assert(
      fc.property(rows(7, 3), psi => {
        const theta = filled(psi)
        round(meshOver(neighbours, 3), theta)
        const served = filled(psi, 1)
        round(star.build(settingsOf(compressed(lazyRing(7)), 3), {}), served)
        expect(rowsOf(theta, 7)).toEqual(rowsOf(served, 7))
      })
    )
  })

  test('is of all that came and the own, in ascending order of the sender', () => {
    const links = completeLinks(6)
    fc.assert(
      fc.property(rows(6, 2), fc.subarray(range(links.senders.length)), (psi, lose) => {
        const theta = filled(psi)
        round(meshOver(ring(6), 2), theta, lose)
        const expected = psi.map((_, i) => {
          const heard = range(6).filter(j => j === i || !lose.includes(completeLink(6, j, i)))
          return range(2).map(c => heard.reduce((total, j) => total + psi[j]![c]!, 0) / heard.length)
        })
        expect(rowsOf(theta, 6)).toEqual(expected)
      })
    )
  })

  test('of two halves, each computed where it lives, is that of the whole', () => {
    fc.assert(
      fc.property(rows(6, 2), fc.integer({ min: 0, max: 6 }), (psi, middle) => {
        const whole = filled(psi)
        round(meshOver(ring(6), 2), whole)
        const halves = [
          { first: 0, last: middle },
          { first: middle, last: 6 }
        ].flatMap(hosted => {
          const theta = filled(psi)
          round(mesh.build({ ...settingsOf(compressed(lazyRing(6)), 2), hosted }, {}), theta)
          return rowsOf(theta, 6).slice(hosted.first, hosted.last)
        })
        expect(halves).toEqual(rowsOf(whole, 6))
      })
    )
  })

  test('is not offered to more peers than links fit', () => {
    const settings = { ...settingsOf(compressed(lazyRing(3)), 1), peers: 2001 }
    expect(() => mesh.build(settings, {})).toThrow(ExperimentError)
  })
})

/** Fates of round 0 over these edges, after these events. */
function fatesOf(neighbours: number[][], events: object[]): Fates | undefined {
  const faults = { events: events.map(event => ({ after: 0, ...event })) }
  const { experiment } = resolve({ peers: neighbours.length, aggregation: 'mesh', faults })
  const schedule = new FaultSchedule(experiment, planOver(neighbours))
  schedule.begin(0)
  return schedule.fates(0, 0)
}

/** Whom peer i does not hear. */
const unheard = (fates: Fates | undefined, peers: number, i: number): number[] =>
  range(peers).filter(
    j => j !== i && ((fates?.links[completeLink(peers, j, i)] ?? FATE.arrives) & 3) !== FATE.arrives
  )

describe('messages find every way that there is', () => {
  test('around one cut of a ring, and not around two', () => {
    const once = fatesOf(ring(6), [{ cut: [0, 1] }])
    for (const i of range(6)) expect(unheard(once, 6, i)).toEqual([])
    const twice = fatesOf(ring(6), [
      {
        cut: [
          [0, 1],
          [3, 4]
        ]
      }
    ])
    expect(range(6).map(i => unheard(twice, 6, i))).toEqual([
      [1, 2, 3],
      [0, 4, 5],
      [0, 4, 5],
      [0, 4, 5],
      [1, 2, 3],
      [1, 2, 3]
    ])
  })

  test('not through a peer that has stopped', () => {
    const path = [[1], [0, 2], [1, 3], [2, 4], [3]]
    for (const how of ['closed', 'killed', 'frozen']) {
      const fates = fatesOf(path, [{ stop: 2, how }])
      expect(
        range(5)
          .map(i => unheard(fates, 5, i))
          .filter((_, i) => i !== 2)
      ).toEqual([
        [2, 3, 4],
        [2, 3, 4],
        [0, 1, 2],
        [0, 1, 2]
      ])
    }
  })

  test('one way where the other is cut', () => {
    const fates = fatesOf([[1], [0, 2], [1]], [{ cut: [[1, 2]], direction: 'one-way' }])
    expect(range(3).map(i => unheard(fates, 3, i))).toEqual([[], [], [0, 1]])
  })

  test('only edges of the graph can be cut', () => {
    const { experiment } = resolve({ peers: 5, aggregation: 'mesh' })
    const schedule = new FaultSchedule(experiment, planOver(ring(5)))
    expect(schedule.add({ cut: [[0, 2]], direction: 'both' }, 0)).toContain('peer 0 has no edge with peer 2')
  })

  test('and no other, as paths by brute force show', () => {
    const scenario = connected(8).chain(neighbours => {
      const edges = neighbours.flatMap((others, i) => others.map((j): [number, number] => [i, j]))
      return fc.record({
        neighbours: fc.constant(neighbours),
        cuts: fc.subarray(edges),
        stopped: fc.subarray(range(neighbours.length), { maxLength: neighbours.length - 1 })
      })
    })
    fc.assert(
      fc.property(scenario, ({ neighbours, cuts, stopped }) => {
        const n = neighbours.length
        const fates = fatesOf(neighbours, [
          ...(stopped.length > 0 ? [{ stop: stopped, how: 'killed' }] : []),
          ...cuts.map(pair => ({ cut: [pair], direction: 'one-way' }))
        ])
        const isOpen = (j: number, i: number): boolean =>
          ![i, j].some(p => stopped.includes(p)) &&
          neighbours[j]!.includes(i) &&
          !cuts.some(([from, to]) => from === j && to === i)
        // Floyd and Warshall.
        const reached = range(n).map(j => range(n).map(i => isOpen(j, i)))
        for (const m of range(n))
          for (const j of range(n))
            for (const i of range(n)) reached[j]![i] ||= reached[j]![m]! && reached[m]![i]!
        for (const i of range(n).filter(p => !stopped.includes(p))) {
          expect(unheard(fates, n, i)).toEqual(range(n).filter(j => j !== i && !reached[j]![i]))
        }
      })
    )
  })
})

const edgesOf = (neighbours: number[][]): number => sum(neighbours.map(({ length }) => length)) / 2

function exchangeOf(network: Network, plan: NetworkPlan, fates?: Fates): Inbox {
  const payloads = new Float64Array(4 * plan.participants)
  const degrees = new Uint32Array(plan.participants)
  return network.exchange(0, 0, { payloads, stride: 4, degrees, notes: undefined }, fates) as Inbox
}

/**
 * How many copies of the author's message are sent where every copy takes the time that `delays` says, one after the other: whoever
 * hears it first passes it on to all but the one it came from.
 */
function copiesSent(neighbours: number[][], author: number, delays: () => number): number {
  const heard = new Set([author])
  const underWay = neighbours[author]!.map(to => ({ from: author, to, at: delays() }))
  let copies = 0
  while (underWay.length > 0) {
    underWay.sort((a, b) => b.at - a.at)
    const { from, to, at } = underWay.pop()!
    copies++
    if (heard.has(to)) continue
    heard.add(to)
    for (const next of neighbours[to]!)
      if (next !== from) underWay.push({ from: to, to: next, at: at + delays() })
  }
  expect(heard.size).toBe(neighbours.length)
  return copies
}

describe('the price', () => {
  test('is 2E − N + 1 copies of every message, at whatever pace they travel', () => {
    const paced = fc.record({
      neighbours: connected(10),
      delays: fc.infiniteStream(fc.double({ min: 0.1, max: 9, noNaN: true }))
    })
    fc.assert(
      fc.property(paced, ({ neighbours, delays }) => {
        const n = neighbours.length
        const copies = 2 * edgesOf(neighbours) - n + 1
        for (const author of range(n))
          expect(copiesSent(neighbours, author, () => delays.next().value)).toBe(copies)
        const plan = planOver(neighbours)
        const { traffic, ...network } = simulatedNetwork(plan)
        exchangeOf({ traffic, ...network }, plan)
        expect(sum(traffic.messagesOut)).toBe(n * copies)
        expect(sum(traffic.messagesIn)).toBe(n * copies)
        expect(sum(traffic.dropped.duplicate)).toBe(n * (copies - (n - 1)))
        expect(sum(traffic.bytesIn)).toBe(n * copies * messageBytes(plan.payload, undefined))
        // Everybody sends its own to all, and what it hears to all but one.
        expect([...traffic.messagesOut]).toEqual(
          neighbours.map(({ length }) => length + (n - 1) * (length - 1))
        )
      })
    )
  })

  test('balances where messages are lost, late or doubled and peers stop', () => {
    const scenario = connected(8).chain(neighbours => {
      const n = neighbours.length
      return fc.record({
        neighbours: fc.constant(neighbours),
        fates: fc.array(fc.constantFrom(FATE.arrives, FATE.lost, FATE.late), {
          minLength: n * (n - 1),
          maxLength: n * (n - 1)
        })
      })
    })
    fc.assert(
      fc.property(scenario, ({ neighbours, fates }) => {
        const plan = planOver(neighbours)
        const network = simulatedNetwork(plan)
        const links = Uint8Array.from(fates)
        const { slots } = exchangeOf(network, plan, { links, durationMs: 0, waitedFor: [] })
        const { messagesIn, messagesOut, missing, dropped } = network.traffic
        const arrived = [...slots].filter(slot => slot >= 0).length
        expect(sum(messagesIn) - sum(dropped.duplicate)).toBe(arrived)
        expect(sum(missing)).toBe(slots.length - arrived)
        expect(sum(dropped.late)).toBe(fates.filter(fate => fate === FATE.late).length)
        const n = neighbours.length
        expect(sum(messagesOut)).toBe(n * (2 * edgesOf(neighbours) - n + 1))
        expect(sum(messagesOut)).toBeGreaterThanOrEqual(sum(messagesIn))
      })
    )
  })

  test('is only what those pay that run, and what reaches the frozen is lost', async () => {
    const plan = planOver(ring(6))
    const counts = async (how: 'killed' | 'frozen'): Promise<number[]> => {
      const network = simulatedNetwork(plan)
      await network.stop(0, how)
      const fates = fatesOf(ring(6), [{ stop: 0, how }])
      exchangeOf(network, plan, fates)
      return [network.traffic.messagesOut, network.traffic.messagesIn].map(sum)
    }
    // A path of five, every message over its four edges; and then once more to the frozen from either side.
    expect(await counts('killed')).toEqual([20, 20])
    expect(await counts('frozen')).toEqual([30, 20])
  })
})

describe('where a peer has many neighbours', () => {
  const everybody = (n: number) => ({
    isConnected: new Uint8Array(n).fill(1),
    isUp: new Uint8Array(n).fill(1)
  })

  test('it passes on to all of up to 12, and to about 6 of more', () => {
    const sparse = linksOf({ neighbours: complete(13) })
    expect(meshOf(sparse, everybody(13))).toEqual(complete(13))
    const dense = meshOf(linksOf({ neighbours: complete(100) }), everybody(100))
    const mean = sum(dense.map(({ length }) => length)) / 100
    expect(mean).toBeGreaterThan(5)
    expect(mean).toBeLessThan(7)
  })

  test('the mesh is of edges of the graph, both ways, and leaves nobody apart', () => {
    const dense = fc.record({
      cliques: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
      stopped: fc.array(fc.nat(79), { maxLength: 30 })
    })
    fc.assert(
      fc.property(dense, ({ cliques, stopped }) => {
        // Cliques in a row, with a bridge from each to the next.
        const first = cliques.map((_, c) => sum(cliques.slice(0, c)))
        const n = sum(cliques)
        const cliqueOf = range(n).map(i => first.findLastIndex(start => start <= i))
        const isEdge = (i: number, j: number): boolean =>
          cliqueOf[i] === cliqueOf[j] || (Math.abs(i - j) === 1 && cliqueOf[i] !== cliqueOf[j])
        const neighbours = range(n).map(i => range(n).filter(j => j !== i && isEdge(i, j)))
        const isUp = Uint8Array.from(range(n), i => (stopped.includes(i) ? 0 : 1))
        const made = meshOf(linksOf({ neighbours }), { isConnected: isUp, isUp })
        for (const i of range(n)) {
          for (const j of made[i]!) expect(made[j]!.includes(i) && neighbours[i]!.includes(j)).toBe(true)
        }
        const partOf = (graph: number[][], i: number): number[] => {
          const part = new Set([i])
          for (const p of part) for (const q of graph[p]!) if (isUp[q] === 1) part.add(q)
          return [...part].sort((a, b) => a - b)
        }
        for (const i of range(n)) {
          if (isUp[i] === 1) expect(partOf(made, i)).toEqual(partOf(neighbours, i))
          else expect(made[i]).toEqual([])
        }
      }),
      { numRuns: 30 }
    )
  })

  test('everybody hears everybody all the same, for about as many copies as the mesh has neighbours', () => {
    const { graph } = built('complete', 40)
    const plan = planOver(graph.neighbours.map(others => [...others]))
    const network = simulatedNetwork(plan)
    const { slots } = exchangeOf(network, plan)
    expect(slots).not.toContain(-1)
    const { messagesOut, messagesIn, dropped } = network.traffic
    expect(sum(messagesIn)).toBe(sum(messagesOut))
    expect(sum(messagesIn) - sum(dropped.duplicate)).toBe(40 * 39)
    const copies = sum(messagesIn) / (40 * 39)
    expect(copies).toBeGreaterThan(4)
    expect(copies).toBeLessThan(8)
  })
})
