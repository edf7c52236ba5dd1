/**
 * Vectors in few bytes. A compressor Q says of v what Q(v) needs; with E‖Q(v) − v‖² ≤ (1 − ω)‖v‖², ω is its quality:
 *
 * - *identity*: v itself; ω = 1
 * - *top-k*: the k entries that are largest in modulus, of equal ones the first; ω = k/d
 * - *random-k*: k entries that sender and receivers draw alike, so that only their values are sent; ω = k/d
 * - *sign*: (‖v‖₁/d) sign(v), zero counting as positive; ω = ‖v‖₁²/(d ‖v‖₂²)
 * - *qsgd* (Alistarh et al. 2017), s levels: ‖v‖₂ sign(v_j) ⌊s|v_j|/‖v‖₂ + u_j⌋/(s τ) with u_j uniform on [0, 1) and
 *   τ = 1 + min(d/s², √d/s), which makes it contract: ω = 1/τ
 */
import { hashedUniform, hashKey } from '../core/hash.ts'
import { doubles, lengthOf } from '../core/payload.ts'
import type { PayloadField } from '../interfaces.ts'

export const COMPRESSORS = ['identity', 'top-k', 'random-k', 'sign', 'qsgd'] as const

export interface CompressorOptions {
  readonly compressor: (typeof COMPRESSORS)[number]
  /** k of top-k and random-k. */
  readonly kept: number
  /** s of qsgd. */
  readonly levels: number
}

/** Q on vectors of one length; vectors and messages lie in rows, from `at` and `messageAt` on. */
export interface Compressor {
  /** What a message consists of. */
  readonly payload: readonly PayloadField[]
  /** ω, or what it usually is where it depends on v. */
  readonly quality: number
  /** Writes what `sender` says of v in `round`. */
  compress(v: Float64Array, messages: Float64Array, messageAt: number, sender: number, round: number): void
  /** Adds Q(v) of a message to the row at `at`; any message of the form of `payload` will do. */
  add(
    messages: Float64Array,
    messageAt: number,
    sender: number,
    round: number,
    out: Float64Array,
    at: number
  ): void
}

/** The compressor of vectors of d entries, 0 < `kept` ≤ d. */
export function compressorOf(
  { compressor, kept, levels }: CompressorOptions,
  d: number,
  seed: string
): Compressor {
  switch (compressor) {
    case 'identity':
      return identity(d)
    case 'top-k':
      return topK(d, kept)
    case 'random-k':
      return randomK(d, kept, seed)
    case 'sign':
      return sign(d)
    case 'qsgd':
      return qsgd(d, levels, seed)
  }
}

function identity(d: number): Compressor {
  return {
    payload: doubles(d),
    quality: 1,
    compress: (v, messages, messageAt) => messages.set(v, messageAt),
    add(messages, messageAt, _sender, _round, out, at) {
      for (let j = 0; j < d; j++) out[at + j] = out[at + j]! + messages[messageAt + j]!
    }
  }
}

/** k indices, ascending, and the entries there. */
function topK(d: number, k: number): Compressor {
  const sizes = new Float64Array(d)
  return {
    payload: [{ count: k, below: d }, { count: k }],
    quality: k / d,
    compress(v, messages, messageAt) {
      for (let j = 0; j < d; j++) sizes[j] = Math.abs(v[j]!)
      const least = kthLargest(sizes, k)
      let larger = 0
      for (let j = 0; j < d; j++) if (Math.abs(v[j]!) > least) larger++
      let equalsLeft = k - larger
      let entry = 0
      for (let j = 0; j < d && entry < k; j++) {
        const size = Math.abs(v[j]!)
        if (size < least || (size === least && equalsLeft-- <= 0)) continue
        messages[messageAt + entry] = j
        messages[messageAt + k + entry] = v[j]!
        entry++
      }
    },
    add(messages, messageAt, _sender, _round, out, at) {
      for (let entry = 0; entry < k; entry++) {
        const j = at + messages[messageAt + entry]!
        out[j] = out[j]! + messages[messageAt + k + entry]!
      }
    }
  }
}

/** The k-th largest of `values`, which it leaves in another order (Hoare's selection). */
function kthLargest(values: Float64Array, k: number): number {
  const wanted = k - 1
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const pivot = values[(low + high) >> 1]!
    let i = low
    let j = high
    while (i <= j) {
      while (values[i]! > pivot) i++
      while (values[j]! < pivot) j--
      if (i > j) break
      const kept = values[i]!
      values[i] = values[j]!
      values[j] = kept
      i++
      j--
    }
    if (wanted <= j) high = j
    else if (wanted >= i) low = i
    else break
  }
  return values[wanted]!
}

/** The entries where sender and round decide; everybody can tell where that is. */
function randomK(d: number, k: number, seed: string): Compressor {
  const key = hashKey(seed, 'compression/coordinates')
  const order = new Uint32Array(d)
  /** The first k of `order` are where `sender` speaks of in `round` (Fisher, Yates). */
  function draw(sender: number, round: number): void {
    for (let j = 0; j < d; j++) order[j] = j
    for (let j = 0; j < k; j++) {
      const other = j + Math.floor(hashedUniform(key, sender, round, j, 0) * (d - j))
      const kept = order[j]!
      order[j] = order[other]!
      order[other] = kept
    }
  }
  return {
    payload: doubles(k),
    quality: k / d,
    compress(v, messages, messageAt, sender, round) {
      draw(sender, round)
      for (let entry = 0; entry < k; entry++) messages[messageAt + entry] = v[order[entry]!]!
    },
    add(messages, messageAt, sender, round, out, at) {
      draw(sender, round)
      for (let entry = 0; entry < k; entry++) {
        const j = at + order[entry]!
        out[j] = out[j]! + messages[messageAt + entry]!
      }
    }
  }
}

/** ω of sign where the entries are normal: 2/π. */
const SIGN_OF_NORMAL = 0.6366197723675814

function sign(d: number): Compressor {
  return {
    payload: [{ count: 1 }, { count: d, below: 2 }],
    quality: SIGN_OF_NORMAL,
    compress(v, messages, messageAt) {
      let sum = 0
      for (let j = 0; j < d; j++) {
        sum += Math.abs(v[j]!)
        messages[messageAt + 1 + j] = v[j]! < 0 ? 0 : 1
      }
      messages[messageAt] = sum / d
    },
    add(messages, messageAt, _sender, _round, out, at) {
      const size = messages[messageAt]!
      for (let j = 0; j < d; j++)
        out[at + j] = out[at + j]! + (messages[messageAt + 1 + j] === 1 ? size : -size)
    }
  }
}

/** ‖v‖₂/(s τ), and by how many of these each entry is above or below zero, counted from −s. */
function qsgd(d: number, s: number, seed: string): Compressor {
  const key = hashKey(seed, 'compression/levels')
  const tau = 1 + Math.min(d / (s * s), Math.sqrt(d) / s)
  return {
    payload: [{ count: 1 }, { count: d, below: 2 * s + 1 }],
    quality: 1 / tau,
    compress(v, messages, messageAt, sender, round) {
      let square = 0
      for (let j = 0; j < d; j++) square += v[j]! * v[j]!
      const norm = Math.sqrt(square)
      messages[messageAt] = norm / (s * tau)
      for (let j = 0; j < d; j++) {
        const u = hashedUniform(key, sender, round, j, 0)
        const level = norm === 0 ? 0 : Math.min(s, Math.floor((s * Math.abs(v[j]!)) / norm + u))
        messages[messageAt + 1 + j] = v[j]! < 0 ? s - level : s + level
      }
    },
    add(messages, messageAt, _sender, _round, out, at) {
      const unit = messages[messageAt]!
      for (let j = 0; j < d; j++) out[at + j] = out[at + j]! + unit * (messages[messageAt + 1 + j]! - s)
    }
  }
}

/** Doubles of a message in memory. */
export const messageLength = ({ payload }: Compressor): number => lengthOf(payload)
