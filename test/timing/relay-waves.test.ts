import { describe, expect, test } from 'vitest'
import { completeLinks } from '../../src/core/complete-links.ts'
import { linksOf } from '../../src/core/links.ts'
import type { Links } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { wavesOf } from '../../src/timing/relay-waves.ts'
import { sum } from '../support/numbers.ts'
import { built } from '../support/topologies.ts'
import { planOf } from './plans.ts'

const graphs = [
  ['ring', 8],
  ['star', 20],
  ['barbell', 30],
  ['complete', 9],
  ['complete', 25],
  ['random-regular', 24]
] as const

const linksFor = (name: string, peers: number): Links => linksOf(built(name, peers).graph)

describe.each(graphs)('the waves of %s, %i peers', (name, peers) => {
  const relays = linksFor(name, peers)
  const waves = wavesOf(relays)

  test('are all the copies that the simulated network counts, out and in', async () => {
    const network = simulatedNetwork(planOf(completeLinks(peers), { relays }))
    const payloads = new Float64Array(peers)
    await network.exchange(0, 0, { payloads, stride: 1, degrees: new Uint32Array(peers), notes: undefined })
    const out = new Float64Array(peers)
    const into = new Float64Array(peers)
    for (const { copies } of waves) {
      for (let i = 0; i < peers; i++) {
        for (let k = relays.rowStart[i]!; k < relays.rowStart[i + 1]!; k++) {
          const j = relays.senders[k]!
          out[j] = out[j]! + copies[k]!
          into[i] = into[i]! + copies[k]!
        }
      }
    }
    expect(out).toEqual(network.traffic.messagesOut)
    expect(into).toEqual(network.traffic.messagesIn)
  })

  test('begin with what everybody says to all its neighbours', () => {
    expect(waves[0]?.copies).toEqual(new Uint32Array(relays.senders.length).fill(1))
    expect(waves[0]?.isNews).toEqual(new Uint8Array(peers).fill(1))
  })

  test('bring somebody news, all but the last', () => {
    for (const { copies, isNews } of waves.slice(0, -1)) {
      expect(sum(copies)).toBeGreaterThan(0)
      expect(isNews).toContain(1)
    }
  })
})

test('around a ring of 8 the farthest hear in the fourth wave, and the fifth is for nothing', () => {
  const waves = wavesOf(linksFor('ring', 8))
  expect(waves.map(({ copies }) => sum(copies))).toEqual([16, 16, 16, 16, 8])
  expect(waves.map(({ isNews }) => sum(isNews))).toEqual([8, 8, 8, 8, 0])
})
