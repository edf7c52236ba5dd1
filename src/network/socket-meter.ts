/**
 * What the sockets of this thread carry, whoever opens them: Node tells of every TCP socket on its diagnostics channels. It is all
 * there is on the wire but TCP's own headers: messages and what gossipsub, yamux and noise wrap around them.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

const CHANNELS = ['net.client.socket', 'net.server.socket']

/** Counts until it is ended. */
export interface SocketMeter {
  /** Bytes written so far to the sockets that were opened since it began; a byte between two sockets of this thread counts once. */
  bytesWritten(): number
  end(): void
}

/** Begins to look for sockets that are opened. */
export function meterSockets(): SocketMeter {
  const sockets = new Set<Socket>()
  const notice = (message: unknown): void => {
    sockets.add((message as { readonly socket: Socket }).socket)
  }
  for (const channel of CHANNELS) subscribe(channel, notice)
  return {
    bytesWritten: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    end() {
      for (const channel of CHANNELS) unsubscribe(channel, notice)
    }
  }
}
