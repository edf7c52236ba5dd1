/** What there is to choose from, for a help text: names, what they are, and their options with what these are by default. */
import { type Families, optionsInWords } from '../experiment/named.ts'
import { factLines } from './lines.ts'

/** Options that are longer together are broken into lines: there is as much room beside the longest of names. */
const MOST_TOGETHER = 50

/** A paragraph with `title`, to stand after the flags of a command. */
export function familiesInWords(title: string, families: Families): string {
  const facts = Object.entries(families).map(([name, family]) => {
    const options = optionsInWords(family)
    const shown = options.length <= MOST_TOGETHER ? options : options.replaceAll(',', ', ')
    return [`  ${name}`, family.description + (options === '' ? '' : ` [${shown}]`)] as const
  })
  return ['', `${title}:`, ...factLines(facts)].join('\n')
}
