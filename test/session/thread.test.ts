/** Threads of a session: where what they print goes, and how they end. Real threads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { endThread, startThread } from '../../src/session/thread.ts'

/** A thread that runs `text`. */
function started(text: string, onLine?: (line: string) => void): Worker {
  const folder = mkdtempSync(join(tmpdir(), 'murmur-thread-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'script.ts'), text)
  const script = relative(join(import.meta.dirname, '../../src/session'), join(folder, 'script'))
  return startThread(script, undefined, onLine)
}

test('what a thread prints is told line by line, and printed nowhere', async () => {
  const lines: string[] = []
  const worker = started("console.log('one\\n\\ntwo')\nprocess.stderr.write('three')\n", line =>
    lines.push(line)
  )
  await Promise.all(
    [worker.stdout, worker.stderr].map(output => new Promise(resolve => output.once('close', resolve)))
  )
  expect(lines.toSorted()).toEqual(['one', 'three', 'two'])
})

test('of a thread that is ended nothing more is heard, though it was told before', async () => {
  const worker = started(
    "import { parentPort } from 'node:worker_threads'\nfor (let k = 0; k < 9; k++) parentPort.postMessage(k)\n"
  )
  const heard: number[] = []
  await new Promise<void>(resolve => {
    worker.on('exit', () => resolve())
    worker.on('message', k => {
      heard.push(k)
      void endThread(worker)
    })
  })
  expect(heard).toEqual([0])
})
