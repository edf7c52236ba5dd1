/** Which process a run belongs to, and whether it is still there. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

export const ownerSchema = z.object({
  host: z.string(),
  pid: z.int(),
  /** When it started, in ticks since the host did: another process that got its number started later. Null if unknown. */
  pidStart: z.number().nullable()
})

export type Owner = Readonly<z.output<typeof ownerSchema>>

export const thisProcess = (): Owner => ({
  host: hostname(),
  pid: process.pid,
  pidStart: startOf(process.pid)
})

/** Whether the process exists; on another host nobody can tell, so it is taken at its word. */
export function lives({ host, pid, pidStart }: Owner): boolean {
  if (host !== hostname()) return true
  if (!exists(pid)) return false
  const start = startOf(pid)
  return pidStart === null || start === null || start === pidStart
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat where there is one, as on Linux. The second field, a name in brackets, may hold blanks. */
function startOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  } catch {
    return null
  }
}
