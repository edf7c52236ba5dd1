/**
 * Who is let in: neighbours, whose names noise proves, and in a swarm with a key only who has it. Others are refused and
 * counted. Who has another key does not get as far as to say a name.
 */
import type { ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface'

/** The gate of a node with these neighbours; `refused` is called for everyone who wants in and is turned away. */
export function gateFor(
  neighbours: readonly PeerId[],
  hasSwarmKey: boolean,
  refused: () => void
): ConnectionGater {
  const allowed = new Set(neighbours.map(String))
  const isStranger = (id: PeerId): boolean => !allowed.has(id.toString())
  const nameless = new WeakSet<MultiaddrConnection>()
  return {
    denyDialMultiaddr: () => false,
    denyInboundConnection(connection) {
      if (!hasSwarmKey) return false
      nameless.add(connection)
      connection.addEventListener('close', () => {
        if (nameless.has(connection)) refused()
      })
      return false
    },
    denyInboundEncryptedConnection(id, connection) {
      nameless.delete(connection)
      if (isStranger(id)) refused()
      return isStranger(id)
    },
    denyOutboundEncryptedConnection: isStranger
  }
}
