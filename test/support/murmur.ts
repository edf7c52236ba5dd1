/** The command line as its users call it: a process of its own. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const script = fileURLToPath(new URL('../../src/cli/murmur.ts', import.meta.url))

/** Runs `murmur` with `args` in `folder`. */
export function murmur(
  folder: string,
  ...args: string[]
): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' }
  })
  return { code: status, stdout, stderr }
}
