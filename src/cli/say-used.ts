/** What a record makes the product load is said before it is loaded: it is a program, and a record may come from anywhere. */
import { printable } from '../core/printable.ts'
import { filesUsedBy } from '../records/read.ts'

/** Names the files that the run `run` uses, on stderr; `flag` is what the user asked with. */
export function sayUsed(run: string, flag: string): void {
  for (const file of filesUsedBy(run, flag))
    process.stderr.write(`${printable(`${flag} ${run}: loads ${file}`)}\n`)
}
