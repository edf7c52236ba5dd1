/** The degrees of a graph as a histogram: what can be shown honestly of a graph that is too large to draw. */
import type { Graph } from '../interfaces.ts'

const MOST_BINS = 12

/** One line per degree, or per range of degrees where there are more than 12. At most `width` characters wide. */
export function drawDegrees({ neighbours }: Graph, width: number): string {
  const counts = new Map<number, number>()
  for (const { length } of neighbours) counts.set(length, (counts.get(length) ?? 0) + 1)
  const found = [...counts.keys()].sort((a, b) => a - b)
  const least = found[0] ?? 0
  const most = found.at(-1) ?? 0
  if (least === most)
    return `each of the ${neighbours.length} peers has ${most} neighbour${most === 1 ? '' : 's'}`

  const size = found.length <= MOST_BINS ? 1 : Math.ceil((most - least + 1) / MOST_BINS)
  const bins = new Map<number, number>()
  for (const degree of found) {
    const bin = least + Math.floor((degree - least) / size) * size
    bins.set(bin, (bins.get(bin) ?? 0) + counts.get(degree)!)
  }
  const rows = [...bins].map(([bin, peers]) => {
    const degrees = size === 1 ? `${bin}` : `${bin}–${bin + size - 1}`
    return { degrees, peers: `${peers}`, share: peers / Math.max(...bins.values()) }
  })
  const header = { degrees: 'degree', peers: 'peers' }
  const left = Math.max(...[header, ...rows].map(row => row.degrees.length))
  const right = Math.max(...[header, ...rows].map(row => row.peers.length))
  const bar = Math.max(1, width - left - right - 4)
  return [
    `${header.degrees.padStart(left)}  ${header.peers.padStart(right)}`,
    ...rows.map(
      row =>
        `${row.degrees.padStart(left)}  ${row.peers.padStart(right)}  ${'█'.repeat(Math.max(1, Math.round(row.share * bar)))}`
    )
  ].join('\n')
}
