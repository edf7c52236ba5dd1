/** Tables for other programs: named columns of one kind each, and rows that come one by one. */

/** What a column holds; every kind may be missing. */
export type Kind = 'integer' | 'number' | 'text' | 'boolean'

export interface Column {
  readonly name: string
  readonly kind: Kind
}

/** An entry of a row; null where nothing is known. */
export type Value = number | string | boolean | null

/** Rows have an entry for each column, in their order. */
export interface ExportTable {
  readonly columns: readonly Column[]
  readonly rows: Iterable<readonly Value[]>
}

/** A number as other programs know it: what is not finite is missing. */
export const finite = (value: number | null | undefined): number | null =>
  value === undefined || value === null || !Number.isFinite(value) ? null : value
