/** A reproduction in words: reference beside ours, claim by claim. */
import { columns, count, figure as shortened } from '../report/format.ts'
import { type Check, type Claim, type Figure, holds, isMet, type Table } from '../reproduce/figure.ts'
import type { Reproduction } from '../reproduce/run-figure.ts'
import { factLines, LINE_WIDTH, said, wrapped } from './lines.ts'

/** Of a claim with more, those are shown that fail, and of the others those that are nearest to what is not allowed. */
const MOST_CHECKS = 12

/** What a figure is about; said before it is computed. */
export function headLines(figure: Figure, quick: boolean): string[] {
  return [
    ...wrapped(`${figure.name}${quick ? ', the quick form' : ''}: ${figure.title}`),
    ...factLines([
      ['paper', figure.paper],
      ...figure.settings(quick).map((line, k) => [k === 0 ? 'settings' : '', line] as const)
    ])
  ]
}

export function verdictLines({ claims, notes, reused, table }: Reproduction, cells: number): string[] {
  const failed = claims.filter(claim => !holds(claim)).length
  return [
    ...claims.flatMap(claim => ['', ...claimLines(claim)]),
    ...(table === undefined ? [] : ['', ...tableLines(table)]),
    '',
    ...notes.flatMap(note => said('note', note)),
    ...(reused > 0
      ? said(
          'note',
          `${count(reused)} of ${count(cells)} cells were computed before; --fresh computes all of them again.`
        )
      : []),
    failed > 0
      ? `${failed} of ${claims.length} claims ${failed === 1 ? 'fails' : 'fail'}`
      : claims.length === 1
        ? 'the claim holds'
        : `all ${claims.length} claims hold`
  ]
}

function claimLines(claim: Claim): string[] {
  const { checks } = claim
  const shown = checks.length <= MOST_CHECKS ? checks : remarkable(checks)
  const rows = shown.map(each => {
    const { what, reference, source, allowed, ours } = each
    const digits = (x: number | null) => inDigits(x, each)
    return [`  ${what}`, digits(reference), source, allowed, digits(ours), isMet(each) ? 'ok' : 'NO']
  })
  const hidden = checks.length - shown.length
  return [
    ...wrapped(claim.claim, LINE_WIDTH - 2).map(
      (line, k) => (k > 0 ? '  ' : holds(claim) ? '✓ ' : '✗ ') + line
    ),
    ...columns([['', 'reference', 'it is', 'allowed', 'ours', ''], ...rows], 'lrllrl'),
    ...(hidden > 0 ? [`  and ${hidden} more, ok; --json lists all`] : [])
  ]
}

function tableLines({ legend, header, rows }: Table): string[] {
  const cells = [...header, ...rows.map(row => (row.length === 1 ? header[0]?.map(() => '') : row) ?? [])]
  const lines = columns(cells, `l${'r'.repeat(header[0]?.length ?? 0)}`)
  // A heading takes the width of the table, not that of the first column.
  rows.forEach((row, k) => {
    if (row.length === 1) lines[header.length + k] = row[0] ?? ''
  })
  return [...lines, ...wrapped(legend)]
}

/** As many as tell what is allowed from what is not. */
function inDigits(x: number | null, { reference, low, high }: Check): string {
  if (x === null) return '–'
  const isTight = reference !== null && reference !== 0 && high - low < 0.01 * Math.abs(reference)
  if (!isTight) return shortened(x)
  return Math.abs(x) < 1e-3 ? x.toExponential(4) : String(Number(x.toPrecision(5)))
}

/** In their order. */
function remarkable(checks: readonly Check[]): Check[] {
  const room = (each: Check): number => {
    const { ours, low, high } = each
    if (!isMet(each)) return -1
    return Math.min(ours - low, high - ours) / (Number.isFinite(high - low) ? high - low : Math.abs(ours) + 1)
  }
  const failing = checks.filter(each => !isMet(each)).length
  const chosen = new Set(
    checks.toSorted((a, b) => room(a) - room(b)).slice(0, Math.max(failing, MOST_CHECKS))
  )
  return checks.filter(each => chosen.has(each))
}

/** All figures, a line each. */
export function listLines(figures: readonly Figure[]): string[] {
  return factLines(figures.map(({ name, title }) => [name, title] as const))
}
