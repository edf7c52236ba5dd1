/**
 * When peers are ready, on a virtual clock: a simulation of the events of each round, which are computations that end and messages
 * that arrive. Peers have no common start, and whoever is ready goes on: with c_i what peer i computes and w_ji what a message takes,
 *
 *     t_i(k + 1) = max( t_i(k) + c_i,  max_j t_j(k) + c_j + w_ji ),
 *
 * over the j whom i hears, hop by hop; a recursion in max and plus, whose growth per round is a cycle mean (`max-plus.ts`).
 *
 * - A peer that learns from n samples in a round computes for n stepMs (1 + an exponential extra). A local step is a sample, unless it is
 *   told how many there were: those of episodes are known afterwards. Participants that are no peers compute nothing.
 * - A message leaves when its sender is ready, takes the latency and its share of the lines (`transfers.ts`), and is there when its
 *   last byte is. Senders wait for nobody, and messages of different hops do not share lines. Where a peer sends more than
 *   it gets, its next round may begin before all is through: its line then carries both at once, and seconds are too few.
 * - A message that is lost is sent again when its receipt should have come, a latency after itself: each failure costs two
 *   latencies and the time of one message by itself. Lines have room for what is sent again, which is seldom much at a time.
 * - Where messages are relayed they go in waves (`relay-waves.ts`). Peers wait for the waves that bring them news; what they send in a
 *   wave, needed or not, is on their lines before what they send in the next.
 *
 * Chance is by counter (`core/hash.ts`): of peer and round, or of link, hop and round.
 */
import { present } from '../core/assert.ts'
import { exp, log } from '../core/elementary.ts'
import { type HashKey, hashedUniform, hashKey } from '../core/hash.ts'
import type { Links, NetworkPlan } from '../interfaces.ts'
import { latencySeconds, type NetworkModel } from './network-models.ts'
import { type Wave, wavesOf } from './relay-waves.ts'
import { Lines, type MessageBytes, type Transfers } from './transfers.ts'

/** What a round consists of besides its messages. */
export interface Work {
  /** Learners: the participants before the others. */
  readonly peers: number
  /** Samples of a peer in a round, where nothing else is said. */
  readonly localSteps: number
  readonly seed: string
  /** Per peer: 1 where it takes part in a round; undefined where all always do. */
  readonly takesPart?: ((round: number) => Uint8Array) | undefined
}

/** Where messages are relayed. */
interface Flood {
  readonly lines: Lines
  readonly waves: readonly (Wave & { readonly transfers: Transfers })[]
  /** Per participant: until when its line is busy with what it has sent, in seconds. */
  readonly busyUntil: Float64Array
}

export class RoundClock {
  /** Per participant: since when it is ready for what comes next, in seconds since the first round began. */
  readonly ready: Float64Array
  readonly #plan: NetworkPlan
  readonly #model: NetworkModel
  readonly #latency: number
  readonly #work: Work
  readonly #lines: ReadonlyMap<Links, Lines>
  readonly #flood: Flood | undefined
  readonly #leaves: Float64Array
  readonly #computing: HashKey
  readonly #losing: HashKey

  constructor(plan: NetworkPlan, bytes: MessageBytes, model: NetworkModel, work: Work) {
    const { participants, hops, relays } = plan
    this.#plan = plan
    this.#model = model
    this.#latency = latencySeconds(model)
    this.#work = work
    this.ready = new Float64Array(participants)
    this.#leaves = new Float64Array(participants)
    this.#computing = hashKey(work.seed, 'timing/compute')
    this.#losing = hashKey(work.seed, 'timing/loss')
    const ways = new Set(relays === undefined ? hops : [])
    this.#lines = new Map([...ways].map(links => [links, new Lines(links, bytes, model)]))
    this.#flood = relays && floodOver(relays, new Lines(relays, bytes, model))
  }

  /** Since the first round began, until all peers are ready for the next. */
  get seconds(): number {
    let last = 0
    for (let i = 0; i < this.#work.peers; i++) last = Math.max(last, this.ready[i]!)
    return last
  }

  /** Passes one round, counted from 0, in which each peer that takes part learns from so many samples. */
  round(round: number, samples = this.#work.localSteps): void {
    this.#compute(round, samples)
    for (const hop of this.#plan.hops.keys()) {
      if (this.#flood === undefined) this.#exchange(round, hop)
      else this.#spread(round, hop, this.#flood)
    }
  }

  #compute(round: number, samples: number): void {
    const { peers, takesPart } = this.#work
    const { stepMs, stragglers } = this.#model
    const part = takesPart?.(round)
    const seconds = (samples * stepMs) / 1000
    for (let i = 0; i < peers; i++) {
      if (part?.[i] === 0) continue
      const extra =
        stragglers === 0 ? 0 : -stragglers * log(1 - hashedUniform(this.#computing, i, round, 0, 0))
      this.ready[i] = this.ready[i]! + seconds * (1 + extra)
    }
  }

  #exchange(round: number, hop: number): void {
    const { hops, uses } = this.#plan
    const lines = present(this.#lines.get(hops[hop]!), 'lines')
    const used = uses?.(round, hop)
    const { links, seconds, alone } = used === undefined ? lines.whole : lines.transfers(used)
    this.#leaves.set(this.ready)
    for (let at = 0; at < links.length; at++) {
      const k = links[at]!
      const i = lines.receivers[k]!
      const leaves = this.#leaves[lines.senders[k]!]!
      this.ready[i] = Math.max(
        this.ready[i]!,
        leaves + this.#takes(seconds[at]!, alone[at]!, 1, round, hop, k, 0)
      )
    }
  }

  #spread(round: number, hop: number, { lines, waves, busyUntil }: Flood): void {
    for (const [wave, { copies, isNews, transfers }] of waves.entries()) {
      for (let i = 0; i < busyUntil.length; i++) this.#leaves[i] = Math.max(this.ready[i]!, busyUntil[i]!)
      for (let at = 0; at < transfers.links.length; at++) {
        const k = transfers.links[at]!
        const i = lines.receivers[k]!
        const j = lines.senders[k]!
        const leaves = this.#leaves[j]!
        const transfer = transfers.seconds[at]!
        const arrives = leaves + this.#takes(transfer, transfers.alone[at]!, copies[k]!, round, hop, k, wave)
        busyUntil[j] = Math.max(busyUntil[j]!, leaves + transfer)
        if (isNews[i] === 1) this.ready[i] = Math.max(this.ready[i]!, arrives)
      }
    }
  }

  /** From when so many messages leave for a link until all of them are there, in seconds; `again` is what one by itself is on the line. */
  #takes(
    transfer: number,
    again: number,
    copies: number,
    round: number,
    hop: number,
    link: number,
    wave: number
  ): number {
    const latency = this.#latency
    const { loss } = this.#model
    if (loss === 0) return latency + transfer
    const attempts = attemptsOf(hashedUniform(this.#losing, round, hop, link, wave), copies, loss)
    return (attempts - 1) * (2 * latency + again) + latency + transfer
  }
}

function floodOver(relays: Links, lines: Lines): Flood {
  const waves = wavesOf(relays).map(wave => ({ ...wave, transfers: lines.transfers(wave.copies) }))
  return { lines, waves, busyUntil: new Float64Array(relays.participants) }
}

/**
 * How often must be sent until each of so many messages has come through, by a uniform draw u: the least a with
 * u < (1 − loss^a)^copies.
 */
function attemptsOf(u: number, copies: number, loss: number): number {
  if (copies === 1) return u < 1 - loss ? 1 : Math.ceil(log(1 - u) / log(loss))
  const x = -log(u) / copies
  // 1 − e^−x, which is x where the difference would be rounding.
  const remains = x < 1e-8 ? x : 1 - exp(-x)
  return Math.max(1, Math.ceil(log(remains) / log(loss)))
}
