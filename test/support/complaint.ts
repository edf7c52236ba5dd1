/** What a mistake of the user is answered with. */
import { expect } from 'vitest'

/** The message of the ExperimentError that `act` throws: known by its name, as that of a module of a user is of another copy. */
export function complaint(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    expect((error as Error).name).toBe('ExperimentError')
    return (error as Error).message
  }
  return 'no complaint'
}
