/** Threads that work beside a run go after it where cores are few. */
import { constants, getPriority, setPriority } from 'node:os'

/** By how much they give way to others. */
const NICENESS = 10

/** On Linux niceness is that of the calling thread alone; elsewhere it is that of the whole process, and nothing is done. */
export function giveWay(): void {
  if (process.platform !== 'linux') return
  setPriority(Math.min(getPriority() + NICENESS, constants.priority.PRIORITY_LOW))
}
