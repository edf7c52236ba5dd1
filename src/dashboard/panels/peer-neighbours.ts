/** What a peer knows of its neighbours, and how its links are. */
import { LINK } from '../../interfaces.ts'
import { figure } from '../../report/format.ts'
import type { Inspected, Scene } from '../scene.ts'
import type { Piece } from '../surface.ts'
import { type Block, blockOf, type Column, section, table } from './block.ts'
import { norm } from './norm.ts'

const LINKS: Readonly<Record<number, Piece>> = {
  [LINK.carries]: ['carries', 'good'],
  [LINK.silent]: ['silent', 'warning'],
  [LINK.lost]: ['lost', 'bad'],
  [LINK.cut]: ['cut', 'bad'],
  [LINK.idle]: ['idle', 'dim']
}

const PEER: Column = { title: 'peer', style: 'dim', width: 4, align: 'right' }
const WEIGHT: Column = { title: 'weight', style: 'dim', width: 6, align: 'right' }
const SILENCE: Column = { title: 'silence', style: 'dim', width: 7, align: 'right' }
const FLOW: Column = { title: '‖F‖', style: 'dim', width: 8, align: 'right' }
const EPOCH: Column = { title: 'epoch', style: 'dim', width: 6, align: 'right' }
const STATE: Column = { title: 'link', style: 'dim', width: 7, align: 'left' }

export function neighboursBlock(scene: Scene, { report }: Inspected): Block {
  const { neighbours, peer } = report
  const { peers } = scene.experiment
  const edges = (scene.stage?.edges ?? []).map((pair, k) => ({ pair, link: scene.now?.links[k] }))
  const nameOf = (participant: number): Piece => [participant >= peers ? 'hub' : String(participant), 'text']
  const stateOf = (link: number | undefined): Piece => LINKS[link ?? -1] ?? ['–', 'dim']

  if (neighbours.length === 0) {
    const own = edges.filter(({ pair }) => pair.includes(peer))
    if (own.length === 0)
      return section([['neighbours', 'title']], blockOf([[['it talks to nobody', 'dim']]]))
    const rows = table([PEER, STATE], own.length, k => {
      const { pair, link } = own[k]!
      return [nameOf(pair[0] === peer ? pair[1] : pair[0]), stateOf(link)]
    })
    return section([['neighbours', 'title']], rows)
  }
  const withFlows = neighbours.some(({ flow }) => flow !== null)
  const columns = [PEER, WEIGHT, SILENCE, ...(withFlows ? [FLOW, EPOCH] : []), STATE]
  const rows = table(columns, neighbours.length, k => {
    const { neighbour, weight, silence, epoch, flow } = neighbours[k]!
    const edge = edges.find(({ pair }) => pair.includes(peer) && pair.includes(neighbour))
    return [
      nameOf(neighbour),
      [Number.isFinite(weight) ? weight.toFixed(3) : figure(weight), 'text'],
      silenceOf(silence),
      ...(withFlows
        ? ([
            [flow === null ? '–' : figure(norm(flow)), 'consensus'],
            [epoch === null || epoch === 0 ? '–' : String(epoch), 'dim']
          ] as const)
        : []),
      stateOf(edge?.link)
    ]
  })
  return section([['neighbours', 'title']], rows)
}

const silenceOf = (silence: number): Piece =>
  silence === Number.POSITIVE_INFINITY
    ? ['lost', 'bad']
    : [Number.isNaN(silence) ? '–' : String(silence), silence > 0 ? 'warning' : 'dim']
