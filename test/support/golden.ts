/** Frames kept as files in test/dashboard/golden; `UPDATE_GOLDEN=1 vitest run …` writes them anew, for a person to look at. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const FOLDER = fileURLToPath(new URL('../dashboard/golden/', import.meta.url))

/** Expects `text` to be what `golden/<name>.txt` holds; a newline at its end is the file's own. */
export function expectGolden(name: string, text: string): void {
  const file = `${FOLDER}${name}.txt`
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(file, `${text}\n`)
  }
  expect(existsSync(file), `${file} is missing: run with UPDATE_GOLDEN=1 and look at it`).toBe(true)
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'))
}
