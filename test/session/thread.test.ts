/** Threads of a session: where what they print goes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startThread } from '../../src/session/thread.ts'

test('what a thread prints is told line by line, and printed nowhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'murmur-thread-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const text = "console.log('one\\n\\ntwo')\nprocess.stderr.write('three')\n"
  writeFileSync(join(folder, 'talker.ts'), text)
  const script = relative(join(import.meta.dirname, '../../src/session'), join(folder, 'talker'))
  const lines: string[] = []
  const worker = startThread(script, undefined, line => lines.push(line))
  await new Promise(resolve => worker.stderr.once('close', resolve))
  expect(lines.toSorted()).toEqual(['one', 'three', 'two'])
})
