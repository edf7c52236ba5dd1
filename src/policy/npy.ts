/**
 * Tables of doubles as NumPy keeps them in `.npy` files: format 1.0, little-endian, row after row.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { assert } from '../core/assert.ts'

const MAGIC = '\x93NUMPY\x01\x00'
/** Magic, and the length of the header in two bytes. */
const PREAMBLE = MAGIC.length + 2
/** Where the numbers begin is a multiple of it. */
const ALIGNMENT = 64

/** The file that holds these rows, which are as long as each other. */
export function npyOf(rows: readonly Float64Array[]): Uint8Array {
  const columns = rows[0]?.length ?? 0
  assert(
    rows.every(row => row.length === columns),
    `rows of ${columns} and other lengths`
  )
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows.length}, ${columns}), }`
  const start = Math.ceil((PREAMBLE + header.length + 1) / ALIGNMENT) * ALIGNMENT
  const file = Buffer.alloc(start + 8 * rows.length * columns, ' ')
  file.write(MAGIC, 0, 'latin1')
  file.writeUInt16LE(start - PREAMBLE, MAGIC.length)
  file.write(header, PREAMBLE, 'latin1')
  file.write('\n', start - 1, 'latin1')
  let at = start
  for (const row of rows) for (const x of row) at = file.writeDoubleLE(x, at)
  return file
}
