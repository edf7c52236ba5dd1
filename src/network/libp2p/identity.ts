/** What a participant is known by: both follow from the experiment, so that nobody has to be told. */
import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { swarmBytes } from './codec.ts'

/** The key of a participant, the same wherever swarm and seed are known. */
export function keyOf(swarm: string, seed: string, participant: number): Promise<PrivateKey> {
  const digest = createHash('sha256').update(`${swarm}/${seed}/${participant}/key`).digest()
  return generateKeyPairFromSeed('Ed25519', digest)
}

/** The topic on which a participant publishes; the one for this receiver alone, if there is one. */
export function topicOf(swarm: string, participant: number, receiver?: number): string {
  const topic = `/murmuration/${Buffer.from(swarmBytes(swarm)).toString('hex')}/${participant}`
  return receiver === undefined ? topic : `${topic}/${receiver}`
}
