import type { EnvironmentFamily } from '../../src/interfaces.ts'
import { file } from './file.ts'
import { garnet } from './garnet.ts'

/** Every environment there is, by the name that users give it. */
export const environments: Readonly<Record<string, EnvironmentFamily>> = { garnet, file }
