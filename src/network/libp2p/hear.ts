/**
 * What neighbours say, read before gossipsub hears of it. Of all that its protocol has this swarm uses two things,
 * subscriptions and unsigned messages: the first are handed on, the second are delivered from here and not forwarded, and
 * there is nothing else for a neighbour to occupy us with. What it says too much of is not even decoded.
 */
import { RPC } from '@libp2p/gossipsub/message'
import type { PeerId } from '@libp2p/interface'
import type { DropReason } from '../../interfaces.ts'

/** As many as gossipsub takes by itself. */
const MAX_SUBSCRIPTIONS = 5000
/** An honest neighbour says one thing at a time. */
const MAX_MESSAGES = 16

/** What a node does with what it hears. None of these may throw. */
export interface Ears {
  /** Takes a message that `from` published on `topic`, which it need not own. `data` belongs to a socket. */
  receive(topic: string, from: PeerId, data: Uint8Array): void
  /** Counts what `from` said in vain. */
  drop(from: PeerId, reason: DropReason): void
  /** Counts what `from` says; false if it is too much. */
  mayGoOn(from: PeerId): boolean
}

/** The frames of one stream, each as long as its sender likes up to a limit; ends with an error beyond it. */
export type Frames = AsyncIterable<{ subarray(): Uint8Array }>

/**
 * Reads what `from` says until the stream ends. Returns whether it ended because of what was said. Of what is said too
 * much only the newest is heard, once a turn of the event loop: to one who slept, that tells how long.
 */
export async function hear(
  frames: Frames,
  from: PeerId,
  { receive, drop, mayGoOn }: Ears,
  subscribe: (subscriptions: RPC.SubOpts[]) => void
): Promise<'over' | 'too long'> {
  let newest: Uint8Array | undefined

  function takeIn(frame: Uint8Array): void {
    const said = parse(frame)
    if (said === undefined || said.control !== undefined) {
      drop(from, 'malformed')
      return
    }
    if (said.subscriptions.length > 0) subscribe(said.subscriptions)
    for (const [index, message] of said.messages.entries()) {
      const data = unsignedData(message)
      if (index > 0 && !mayGoOn(from)) drop(from, 'flood')
      else if (data === undefined) drop(from, 'malformed')
      else receive(message.topic, from, data)
    }
  }

  function takeInNewest(): void {
    const frame = newest
    newest = undefined
    if (frame !== undefined) takeIn(frame)
  }

  try {
    for await (const frame of frames) {
      if (mayGoOn(from)) {
        takeIn(frame.subarray())
        continue
      }
      if (newest === undefined) setImmediate(takeInNewest)
      else drop(from, 'flood')
      newest = Uint8Array.from(frame.subarray())
    }
  } catch (error) {
    if (error instanceof Error && /^InvalidDataLength|^InvalidMessageLength/.test(error.name)) {
      drop(from, 'size')
      return 'too long'
    }
  }
  return 'over'
}

function parse(bytes: Uint8Array): RPC | undefined {
  try {
    return RPC.decode(bytes, { limits: { subscriptions: MAX_SUBSCRIPTIONS, messages: MAX_MESSAGES } })
  } catch {
    return undefined
  }
}

function unsignedData({ data, from, seqno, signature, key }: RPC.Message): Uint8Array | undefined {
  return (from ?? seqno ?? signature ?? key) ? undefined : data
}
