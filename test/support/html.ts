/** A page as its reader has it. */
import { parseHTML } from 'linkedom'
import { elementsOf } from '../reproduce/well-formed.ts'

/** The elements of a page, in order, read as strictly as XML. */
export const elementsIn = (page: string): string[] => elementsOf(page.replace('<!doctype html>', '').trim())

/** The rows of the table whose header begins with these words, cell by cell. */
export function tableIn(page: string, ...header: string[]): string[][] {
  const { document } = parseHTML(page)
  const found = [...document.querySelectorAll('table')]
    .map(table =>
      [...table.querySelectorAll('tr')].map(row =>
        [...row.querySelectorAll('th, td')].map(cell => cell.textContent ?? '')
      )
    )
    .find(([first = []]) => header.every((word, k) => first[k] === word))
  if (found === undefined) throw new Error(`no table begins with ${header.join(', ')}`)
  return found.slice(1)
}

/** What a page would load or lead to, wherever it is. */
export const referencesIn = (page: string): string[] =>
  [
    ...page.matchAll(
      /\b(?:src|href|action|data|srcset)\s*=\s*"([^"]*)"|url\(([^)]*)\)|@import[^;]*|https?:[^"' ]*/g
    )
  ]
    .map(([all]) => all)
    .filter(each => each !== 'http://www.w3.org/2000/svg')
