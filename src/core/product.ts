/** What this package is, as its package.json says: found from the source as well as from the compiled files. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assert } from './assert.ts'

/** The folder of the package. */
export function productFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    assert(folder !== dirname(folder), `no package.json above ${import.meta.dirname}`)
    folder = dirname(folder)
  }
  return folder
}

export function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(productFolder(), 'package.json'), 'utf8')) as {
    version: string
  }
  return version
}
