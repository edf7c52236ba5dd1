/** `murmur init`: a commented experiment to start from. */
import { writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { productFolder } from '../core/product.ts'
import { shipped } from '../experiment/shipped.ts'

/** Writes `file`, which must not exist yet. Throws an ExperimentError if that cannot be. */
export function initCommand(file = 'experiment.yaml', json = false): void {
  try {
    writeFileSync(file, starter(file), { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ExperimentError(
      code === 'EEXIST'
        ? `${file}: exists already and is not overwritten; murmur init other.yaml writes another`
        : `${file}: cannot be written (${message})`
    )
  }
  if (json) process.stdout.write(`${JSON.stringify({ file })}\n`)
  else process.stderr.write(`${file} is written; run it with: murmur run ${file}\n`)
}

/** The default experiment with all keys; its first line lets editors complete and check them. */
function starter(file: string): string {
  const schema = join(productFolder(), 'src', 'experiment', 'experiment.schema.json')
  const path = relative(dirname(resolve(file)), schema).replaceAll('\\', '/')
  return `# yaml-language-server: $schema=${path.startsWith('.') ? path : `./${path}`}\n${shipped.default}`
}
