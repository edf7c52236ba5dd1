/** The policy of a peer: per state how probable each action is, and which is the most probable. */
import type { PeerView } from '../../interfaces.ts'
import type { Glyphs } from '../glyphs.ts'
import type { Piece } from '../surface.ts'
import { type Block, blockOf, type Column, section, table } from './block.ts'

/** A bar and a percentage. */
const ACTION_WIDTH = 6
/** With the blanks before it: the state, and the action that it takes. */
const FIRST_WIDTH = 12

/** Nothing for a value learner. Actions for which there is no room are only counted. */
export function policyBlock(view: PeerView, width: number, glyphs: Glyphs): Block {
  const { policy, values } = view
  if (policy === null) return blockOf([])
  const actions = actionsOf(view)
  const shown = Math.min(actions, Math.max(1, Math.floor((width - FIRST_WIDTH) / (ACTION_WIDTH + 2))))
  const columns: Column[] = [
    { title: 'state', style: 'dim', width: 5, align: 'right' },
    { title: 'takes', style: 'dim', width: 5, align: 'right' },
    ...Array.from(
      { length: shown },
      (_, a): Column => ({ title: String(a), style: 'dim', width: ACTION_WIDTH, align: 'right' })
    )
  ]
  const rows = table(columns, values.length, s => {
    const row = policy.subarray(s * actions, (s + 1) * actions)
    const best = row.reduce((most, p, a) => (p > (row[most] ?? 0) ? a : most), 0)
    return [
      [String(s), 'text'],
      [Number.isNaN(row[best] ?? Number.NaN) ? '–' : String(best), 'here'],
      ...Array.from(row.subarray(0, shown), (p, a): Piece => [share(p, glyphs), a === best ? 'here' : 'dim'])
    ]
  })
  const more = actions > shown ? `, first ${shown} of ${actions}` : ''
  return section(
    [
      ['policy', 'title'],
      [`  share of each action${more}`, 'dim']
    ],
    rows
  )
}

const actionsOf = ({ policy, values }: PeerView): number =>
  policy === null || values.length === 0 ? 0 : Math.floor(policy.length / values.length)

function share(probability: number, { levels }: Glyphs): string {
  if (Number.isNaN(probability)) return '–'
  const bar = levels[Math.min(levels.length - 1, Math.max(0, Math.floor(probability * levels.length)))] ?? ''
  return `${bar} ${`${Math.round(probability * 100)}%`.padStart(4)}`
}
