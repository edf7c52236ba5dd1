/** Tables as Apache Parquet. */
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer'
import type { ExportTable, Kind, Value } from './table.ts'

const TYPES: Readonly<Record<Kind, BasicType>> = {
  integer: 'INT64',
  number: 'DOUBLE',
  text: 'STRING',
  boolean: 'BOOLEAN'
}

/** The file that holds the table. */
export function parquetOf({ columns, rows }: ExportTable): Uint8Array {
  const entries = columns.map((): (Value | bigint)[] => [])
  for (const row of rows) {
    columns.forEach(({ kind }, c) => {
      const value = row[c] ?? null
      entries[c]?.push(kind === 'integer' && typeof value === 'number' ? BigInt(value) : value)
    })
  }
  const columnData = columns.map(({ name, kind }, c) => ({ name, type: TYPES[kind], data: entries[c] ?? [] }))
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}
