/** A scene in which things go wrong. */
import { present } from '../../src/core/assert.ts'
import type { Scene } from '../../src/dashboard/scene.ts'
import { PRESENCE } from '../../src/interfaces.ts'

/** Peer 3 is killed, peer 5 has stopped, peer 9 is waited for; messages are lost, missing and dropped. */
export function troubled(scene: Scene): Scene {
  const now = structuredClone(present(scene.now, 'an observation'))
  const sample = present(now.sample, 'a sample')
  now.presence[3] = PRESENCE.killed
  now.presence[5] = PRESENCE.closed
  for (const column of Object.values(sample.peers)) {
    if (column !== null) column[3] = column[5] = Number.NaN
  }
  now.traffic.missing[8] = 7
  now.traffic.missing[10] = 5
  const traffic = { ...sample.traffic, missing: 12, dropped: { late: 3 } }
  return {
    ...scene,
    now: { ...now, loss: 0.05, sample: { ...sample, stopped: [3, 5], traffic } },
    waitingFor: [9],
    awaySince: new Map([[3, 41]])
  }
}
