/** The command line within this process. */
import { stripVTControlCharacters } from 'node:util'
import { onTestFinished, vi } from 'vitest'
import { main } from '../../src/cli/main.ts'

/** Runs `murmur` with `args`; what it wrote, without colours. */
export async function said(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)]
  const code = await main(args)
  return { code, stdout: stdout(), stderr: stderr() }
}

function capture(stream: NodeJS.WriteStream): () => string {
  const write = vi.spyOn(stream, 'write').mockReturnValue(true)
  write.mockClear()
  onTestFinished(() => write.mockRestore())
  return () => stripVTControlCharacters(write.mock.calls.map(([text]) => text).join(''))
}
