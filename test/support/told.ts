import { vi } from 'vitest'

/** What `action` writes, and what it returns. */
export async function told<T>(
  action: () => T | Promise<T>
): Promise<{ out: string; error: string; result: T }> {
  const written = { out: '', error: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    written.out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    written.error += text
    return true
  })
  const result = await action()
  vi.restoreAllMocks()
  return { ...written, result }
}
