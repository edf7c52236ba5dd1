import fc from 'fast-check'
import { expect, test } from 'vitest'
import { npyOf } from '../../src/policy/npy.ts'

/**
 * Format 1.0 by hand, from the specification of NumPy's `lib.format`: the magic string, the version, the length of the header as
 * a little-endian unsigned short, and a header padded with blanks and ended by a newline so that all of it is a multiple of 64.
 */
test('a table of 2 × 3 is the bytes that the format prescribes', () => {
  const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117, ' ')
  const expected = Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]),
    Buffer.from(`${header}\n`, 'latin1'),
    // 1, −2, 0.5 and 0, −0, the least of all doubles.
    Buffer.from('000000000000f03f00000000000000c0000000000000e03f', 'hex'),
    Buffer.from('000000000000000000000000000000800100000000000000', 'hex')
  ])
  const rows = [Float64Array.of(1, -2, 0.5), Float64Array.of(0, -0, 5e-324)]
  expect(Buffer.from(npyOf(rows)).equals(expected)).toBe(true)
})

test('the numbers of any table follow a header whose length is a multiple of 64', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1200 }), fc.integer({ min: 1, max: 40 }), (peers, parameters) => {
      const rows = Array.from({ length: peers }, (_, i) => new Float64Array(parameters).fill(i))
      const file = Buffer.from(npyOf(rows))
      const start = 10 + file.readUInt16LE(8)
      expect(start % 64).toBe(0)
      expect(file.length).toBe(start + 8 * peers * parameters)
      expect(file.toString('latin1', 10, start)).toMatch(
        new RegExp(`^{.*'shape': \\(${peers}, ${parameters}\\), } *\\n$`)
      )
      expect(file.readDoubleLE(start + 8 * parameters * (peers - 1))).toBe(peers - 1)
    }),
    { numRuns: 40 }
  )
})
