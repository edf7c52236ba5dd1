/**
 * Writes message.ts from message.proto. It is what protons generates, except for four things: the namespace around
 * the functions is gone, because Node cannot run it where it strips types; only what codec.ts uses is exported; a codec
 * has the two type arguments that protons-runtime 8 asks for; and a message that is being read has its type.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'protons'

/** What message.ts must hold. */
export async function generatedMessage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'message-'))
  try {
    const source = join(folder, 'message.proto')
    await copyFile(new URL('message.proto', import.meta.url), source)
    await generate(source, { output: folder })
    const generated = await readFile(join(folder, 'message.ts'), 'utf8')
    return generated
      .replace(/export namespace Message \{\n([\s\S]*\n)\}\n/, (_, body: string) =>
        body.replace(/^ {2}/gm, '')
      )
      .replaceAll('Message.codec()', 'codec()')
      .replace(/export (?=const codec|function stream|interface Message\w)/g, '')
      .replace(/(?<=Codec|= message)<Message>/g, '<Message, Partial<Message>>')
      .replace('const obj: any = {}', 'const obj: Message = {}')
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (import.meta.main) await writeFile(new URL('message.ts', import.meta.url), await generatedMessage())
