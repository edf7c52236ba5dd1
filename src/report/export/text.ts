/** Tables as text, line by line: CSV (RFC 4180, but for its line ends) and JSON Lines. Numbers are written so that they are read back to the bit. */
import type { ExportTable, Value } from './table.ts'

/** A line with the names of the columns, then one for each row; nothing stands for what is missing. */
export function* csvLines({ columns, rows }: ExportTable): Generator<string> {
  yield csvLine(columns.map(({ name }) => name))
  for (const row of rows) yield csvLine(row)
}

const csvLine = (cells: readonly Value[]): string => `${cells.map(csvCell).join(',')}\n`

function csvCell(value: Value): string {
  const text = value === null ? '' : String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** An object for each row; null stands for what is missing. */
export function* jsonLines({ columns, rows }: ExportTable): Generator<string> {
  for (const row of rows) {
    yield `${JSON.stringify(Object.fromEntries(columns.map(({ name }, c) => [name, row[c] ?? null])))}\n`
  }
}
