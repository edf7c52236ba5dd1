/** Pages about runs, of runs made up here. */
import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { trafficOf } from '../../src/records/sample-json.ts'
import { bytes, count, figure } from '../../src/report/format.ts'
import { thinned } from '../../src/report/html/charts.ts'
import { drawGraph, scaleOf } from '../../src/report/html/graph.ts'
import { html } from '../../src/report/html/markup.ts'
import { SHEET } from '../../src/report/html/page.ts'
import { runReport } from '../../src/report/html/run-report.ts'
import { elementsOf } from '../reproduce/well-formed.ts'
import { elementsIn, referencesIn, tableIn } from '../support/html.ts'
import { madeFacts } from '../support/run-facts.ts'

const MOST_BYTES = 1_000_000

describe('markup', () => {
  test('takes what is put in as text, and markup as it is', () => {
    expect(html`<p>${'<i> & "'}${html`<b>${1}</b>`}${undefined}${['a', html`<br/>`]}</p>`.text).toBe(
      '<p>&lt;i&gt; &amp; &quot;<b>1</b>a<br/></p>'
    )
  })

  test('gives back any text to whoever reads the page', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const { document } = parseHTML(`<html><body>${html`<p title="${text}">${text}</p>`}</body></html>`)
        const paragraph = document.querySelector('p')
        expect(paragraph?.textContent).toBe(text)
        expect(paragraph?.getAttribute('title')).toBe(text)
      }),
      { seed: 1 }
    )
  })
})

describe('the page of a run', () => {
  const facts = madeFacts(40, 5)
  const page = runReport(facts)

  test('is well-formed and needs nothing but itself', () => {
    const elements = elementsIn(page.html)
    expect(elements).not.toContain('script')
    expect(elements).not.toContain('img')
    expect(elements).not.toContain('link')
    expect(referencesIn(page.html)).toEqual([])
    expect(page.html).toContain("default-src 'none'")
  })

  test('is told to fit phones, dark screens and paper', () => {
    for (const part of ['width=device-width', 'prefers-color-scheme:dark', '@media print']) {
      expect(page.html).toContain(part)
    }
  })

  test('has in its table of peers what was measured of each and what it sent', () => {
    const { peers, perPeer } = facts.result!
    expect(tableIn(page.html, 'peer', 'environment')).toEqual(
      facts.labels.map((label, i) => [
        String(i),
        label,
        figure(peers.valueError?.[i]),
        figure(peers.consensusError?.[i]),
        figure(peers.fixedPointError?.[i]),
        count(perPeer.messagesIn[i]!),
        count(perPeer.messagesOut[i]!),
        bytes(perPeer.bytesIn[i]!),
        bytes(perPeer.bytesOut[i]!)
      ])
    )
  })

  test('says what it cost in all and per round, and who was the busiest', () => {
    expect(tableIn(page.html, '', 'in all', 'per round')).toEqual([
      ['messages', '400', '10'],
      ['bytes', '200 kB', '5.00 kB'],
      ['busiest, in and out: peer 4', '84.0 kB', '2.10 kB'],
      ['share of the busiest in all that goes in and out', '21.00 %', ''],
      ['mean participant, in and out', '80.0 kB', '2.00 kB'],
      ['local samples per peer', '400', '10'],
      ['time it took', '2.00 s', '50.0 ms']
    ])
  })

  test('keeps the time it took apart from the time that is predicted', () => {
    const time = { price: 'edge:loss=0', seconds: 12, simulated: 40 }
    const inNetwork = runReport(madeFacts(40, 5, { time })).html
    expect(tableIn(inNetwork, '', 'in all').slice(-2)).toEqual([
      ['time it took', '2.00 s', '50.0 ms'],
      ['predicted time at edge:loss=0', '12.0 s', '300 ms']
    ])
    expect(inNetwork).toContain('The time it took is that of the simulation')
    expect(inNetwork).not.toContain('faults of the run')
    expect(inNetwork).not.toContain('the others go on')
    const real = { ...facts.experiment, transport: 'libp2p' as const }
    const faulty = runReport(
      madeFacts(40, 5, { time: { ...time, simulated: 7 }, experiment: real, withFaults: true })
    ).html
    expect(faulty).toContain('measured over libp2p')
    expect(faulty).toContain('It knows nothing of the faults of the run')
    expect(faulty).toContain('found for the first 7 rounds')
  })

  test('says how to repeat it and what it was made with', () => {
    const { document } = parseHTML(page.html)
    expect(document.querySelector('pre.command')?.textContent).toBe('murmur run --peers 3')
    expect(document.querySelector('title')?.textContent).toBe('made')
    expect(document.querySelector('details pre')?.textContent).toBe('peers: 3\n')
    expect(document.body.textContent).toContain(facts.manifest.versions.murmuration)
  })

  test('has figures that stand alone', () => {
    expect(page.figures.map(({ name }) => name)).toEqual(['curves', 'graph'])
    for (const { svg } of page.figures) {
      expect(elementsOf(svg.trim())[0]).toBe('svg')
      expect(svg).not.toContain('var(')
      expect(referencesIn(svg)).toEqual([])
    }
  })

  test('draws what theory says of the long run as dotted lines, and says so', () => {
    const { swarm } = facts.result!
    const predicted = runReport({ ...facts, predicted: { ...swarm, consensusError: 1e-17 } }).html
    expect(predicted).toContain('value error, predicted')
    expect(predicted).not.toContain('consensus, predicted')
    expect(page.html).not.toContain('predicted')
  })

  test('tells what went wrong before its figures', () => {
    const manifest = { ...facts.manifest, status: 'diverged' as const, reason: 'peer 3 in round 9' }
    const result = { ...facts.result!, stopped: [2] }
    const told = runReport({ ...facts, manifest, result, withFaults: true, doubts: ['was changed'] }).html
    const warned = [...parseHTML(told).document.querySelectorAll('.warning p')].map(p => p.textContent)
    expect(warned).toEqual([
      'The run diverged: peer 3 in round 9',
      'was changed',
      'Stopped in the end: peer 2; θ* and the errors are those of the 4 peers that take part.'
    ])
    expect(tableIn(told, 'peer')[2]?.slice(0, 4)).toEqual(['2', 'garnet-2', 'stopped', '–'])
  })

  test('of a run without a measured round says so', () => {
    const empty = runReport({ ...facts, result: undefined, curve: [] })
    expect(empty.html).toContain('No round was measured.')
    expect(empty.figures).toEqual([])
    elementsIn(empty.html)
  })

  test('of a large swarm whose peers are not listed yet says so, and knows no busiest', () => {
    const result = { ...facts.result!, perPeer: trafficOf(undefined, 5) }
    const unlisted = runReport({ ...facts, result }).html
    expect(unlisted).toContain('lists them only when the run has ended')
    expect(unlisted).not.toContain('NaN')
    expect(unlisted).not.toContain('busiest')
  })

  test('cannot be changed by what users call things', () => {
    const plain = elementsIn(page.html)
    const evil = '</title><script>alert("&")</script>'
    const named = runReport({
      ...facts,
      experiment: { ...facts.experiment, name: evil },
      manifest: { ...facts.manifest, command: evil },
      labels: facts.labels.map(() => evil),
      settings: `name: ${evil}`
    })
    expect(elementsIn(named.html)).toEqual(plain)
    for (const { svg } of named.figures) expect(elementsOf(svg.trim())).not.toContain('script')
    expect(parseHTML(named.html).document.querySelector('h1')?.textContent).toBe(evil)
  })

  test('stays below a megabyte with 1,000 rounds of 64 peers, and with 1,000 peers that all talk', () => {
    expect(Buffer.byteLength(runReport(madeFacts(1000, 64)).html)).toBeLessThan(MOST_BYTES)
    const peers = 1000
    const edges = Array.from({ length: peers }, (_, i) =>
      Array.from({ length: i }, (_, j) => [j, i] as const)
    ).flat()
    const large = runReport(madeFacts(20, peers, { edges })).html
    expect(Buffer.byteLength(large)).toBeLessThan(MOST_BYTES)
    expect(large).toContain('499,500 edges are too many to be drawn.')
    expect(tableIn(large, 'peer')).toHaveLength(256)
  })
})

describe('a drawn graph', () => {
  const graph = (values: readonly (number | null)[], isBetter: 'smaller' | 'greater') =>
    drawGraph(
      {
        places: [0, 0, 1, 0, 1, 1],
        edges: [[0, 1]],
        values,
        scale: scaleOf(values, isBetter),
        measure: 'error',
        labels: ['a', 'b', 'c']
      },
      SHEET,
      '#000000'
    )
  const fills = (svg: string): string[] =>
    [...svg.matchAll(/<circle[^>]*fill="([^"]*)"/g)].map(([, fill = '']) => fill)

  test('has the best blue and the worst red, whichever way better is', () => {
    expect(fills(graph([1, 2, 3], 'smaller'))).toEqual(['#2166ac', '#f4d696', '#a8182b'])
    expect(fills(graph([1, 2, 3], 'greater'))).toEqual(['#a8182b', '#f4d696', '#2166ac'])
  })

  test('has a logarithmic scale where values differ much, and leaves those hollow that do not take part', () => {
    expect(fills(graph([0.01, 0.1, 1], 'smaller'))).toEqual(['#2166ac', '#f4d696', '#a8182b'])
    expect(fills(graph([1, null, 3], 'smaller'))).toEqual(['#2166ac', 'none', '#a8182b'])
  })

  test('has one colour for equal values', () => {
    expect(new Set(fills(graph([2, 2, 2], 'smaller'))).size).toBe(1)
  })
})

test('what is thinned keeps its order, its first and its last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 50 }), (length, most) => {
      const all = Array.from({ length }, (_, k) => k)
      const kept = thinned(all, most)
      expect(kept).toHaveLength(Math.min(length, most))
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b))
      expect([kept.at(0), kept.at(-1)]).toEqual([0, length - 1])
    }),
    { seed: 1 }
  )
})
