/**
 * What a round takes, and what the busiest peer carries, where a formula says it: nobody computes, nothing is lost, all lines are alike.
 * α is the latency, B what a line carries, m the bytes of a message, N the number of peers.
 */
import { bytesPerSecond, latencySeconds, type NetworkModel } from './network-models.ts'

/** Where the mean is taken: by one of the N peers, or by a hub that is no learner. */
export type Server = 'peer' | 'hub'

/** How many talk to the server. */
const clientsOf = (peers: number, server: Server): number => (server === 'peer' ? peers - 1 : peers)

/** m / B */
const lineSeconds = (model: NetworkModel, bytes: number): number => bytes / bytesPerSecond(model)

/** What is sent and heard at the same time shares a line of half duplex. */
const directions = ({ duplex }: NetworkModel): number => (duplex === 'half' ? 2 : 1)

/** Gossip over a graph whose peers hear `degree` others at most, and are heard by as many: α + d m/B; half duplex: α + 2 d m/B. */
export const gossipSeconds = (model: NetworkModel, bytes: number, degree: number): number =>
  latencySeconds(model) + directions(model) * degree * lineSeconds(model, bytes)

/** Every peer sends one message and hears one. */
export const onePeerSeconds = (model: NetworkModel, bytes: number): number => gossipSeconds(model, bytes, 1)

/** Everybody sends to everybody. */
export const completeSeconds = (model: NetworkModel, bytes: number, peers: number): number =>
  gossipSeconds(model, bytes, peers - 1)

/** What the line of a server is busy in a round, 2 n m/B with n = N − 1 clients, or N of a hub: first all send, then all hear. */
export const serverLineSeconds = (
  model: NetworkModel,
  bytes: number,
  peers: number,
  server: Server
): number => 2 * clientsOf(peers, server) * lineSeconds(model, bytes)

/** To a server and back: 2 (α + n m/B). Each way takes one direction: duplex does not matter. */
export const serverSeconds = (model: NetworkModel, bytes: number, peers: number, server: Server): number =>
  2 * latencySeconds(model) + serverLineSeconds(model, bytes, peers, server)

/** The size of messages from which on the line of a server takes more of a round than the latencies, n m/B > α: α B/n. */
export const lineOutweighsLatencyFrom = (model: NetworkModel, peers: number, server: Server): number =>
  (latencySeconds(model) * bytesPerSecond(model)) / clientsOf(peers, server)

/** The exact mean around a ring, in 2(N − 1) steps with N-ths of a message: 2(N − 1)(α + m/(NB)). */
export const ringAllReduceSeconds = (model: NetworkModel, bytes: number, peers: number): number =>
  2 * (peers - 1) * onePeerSeconds(model, bytes / peers)

/** Bytes in and out of the busiest peer in a round of gossip, 2 d m; one-peer graphs have d = 1. */
export const gossipBusiestBytes = (bytes: number, degree: number): number => 2 * degree * bytes

/** The same of a server: 2(N − 1) m, or 2 N m of a hub. */
export const serverBusiestBytes = (bytes: number, peers: number, server: Server): number =>
  2 * clientsOf(peers, server) * bytes

/** The same of every peer in a ring all-reduce, 4(N − 1) m/N. */
export const ringAllReduceBusiestBytes = (bytes: number, peers: number): number =>
  (4 * (peers - 1) * bytes) / peers
