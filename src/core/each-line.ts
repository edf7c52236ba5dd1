import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { printable } from './printable.ts'

/** Gives `take` what is printed on `output`, line by line, as a terminal may get it; blank lines are left out. */
export function eachLine(output: Readable, take: (line: string) => void): void {
  createInterface({ input: output }).on('line', line => {
    if (line.trim() !== '') take(printable(line))
  })
}
