/** What the participant with most traffic carries, in and out. */
import type { Traffic } from '../interfaces.ts'

/** In bytes. */
export const busiestBytes = ({ bytesIn, bytesOut }: Pick<Traffic, 'bytesIn' | 'bytesOut'>): number =>
  bytesIn.reduce((most, received, p) => Math.max(most, received + bytesOut[p]!), 0)
