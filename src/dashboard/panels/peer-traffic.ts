/** What a peer sent and got, and what became of the rest. */
import { DROP_REASONS } from '../../interfaces.ts'
import { bytes, count } from '../../report/format.ts'
import type { Scene } from '../scene.ts'
import type { Piece } from '../surface.ts'
import { type Block, type Column, section, table } from './block.ts'

const COLUMNS: readonly Column[] = [
  { title: '', style: 'dim', width: 19, align: 'left' },
  { title: 'out', style: 'dim', width: 9, align: 'right' },
  { title: 'in', style: 'dim', width: 9, align: 'right' }
]

type Counter = Float64Array | undefined
const NOTHING: Piece = ['', 'text']

export function trafficBlock({ now }: Scene, peer: number): Block {
  const traffic = now?.traffic
  const dropped = DROP_REASONS.filter(reason => (traffic?.dropped[reason][peer] ?? 0) > 0)
  const counted = (counter: Counter, write = count): Piece => {
    const x = counter?.[peer] ?? Number.NaN
    return Number.isFinite(x) ? [write(x), 'text'] : ['–', 'dim']
  }
  /** More than none is worth a look. */
  const trouble = (counter: Counter): Piece => {
    const [text] = counted(counter)
    return [text, (counter?.[peer] ?? 0) > 0 ? 'warning' : 'dim']
  }
  const rows: Piece[][] = [
    [['messages', 'text'], counted(traffic?.messagesOut), counted(traffic?.messagesIn)],
    [['bytes', 'text'], counted(traffic?.bytesOut, bytes), counted(traffic?.bytesIn, bytes)],
    [['missing', 'text'], NOTHING, trouble(traffic?.missing)],
    ...dropped.map((reason): Piece[] => [[`dropped: ${reason}`, 'text'], trouble(traffic?.dropped[reason])]),
    [['deadlines let pass', 'text'], trouble(traffic?.waitedFor)],
    [['connections refused', 'text'], NOTHING, trouble(traffic?.refused)]
  ]
  return section(
    [['traffic', 'title']],
    table(COLUMNS, rows.length, k => rows[k] ?? [])
  )
}
