/** What the processes measured, round by round, until a round is complete. */
import type { Member } from './member.ts'
import type { Rows } from './protocol.ts'

/** What was told of one measured round. */
export interface Gathered {
  readonly round: number
  readonly rows: ReadonlyMap<Member, Rows>
}

export class Gathering {
  /** By round. */
  readonly #rounds = new Map<number, { rows: Map<Member, Rows>; sinceSeconds: number }>()
  /** Messages that did not come though no fault was planned, by round, hop and link. */
  readonly #missing = new Map<string, { round: number; hop: number; links: number[] }>()
  #next = 0

  add(member: Member, rows: Rows, nowSeconds: number): void {
    // Of a round that was measured without it.
    if (rows.round < this.#next) return
    const kept = this.#rounds.get(rows.round) ?? { rows: new Map<Member, Rows>(), sinceSeconds: nowSeconds }
    this.#rounds.set(rows.round, kept)
    kept.rows.set(member, rows)
  }

  /**
   * The next round that all active members have told of, or gone past; undefined if there is none. Members that let the
   * others wait and tell nothing for more than `patienceSeconds` are marked as lagging; who is slow but moves is not.
   */
  take(members: readonly Member[], nowSeconds: number, patienceSeconds: number): Gathered | undefined {
    if (this.#rounds.size === 0) return undefined
    const round = Math.min(...this.#rounds.keys())
    const { rows, sinceSeconds } = this.#rounds.get(round)!
    const owing = members.filter(member => member.isActive && !rows.has(member) && member.completed < round)
    const isPatient = ({ heardAtSeconds }: Member) =>
      nowSeconds - Math.max(sinceSeconds, heardAtSeconds) <= patienceSeconds
    for (const member of owing) member.isLagging = !isPatient(member)
    if (owing.some(isPatient)) return undefined
    this.#rounds.delete(round)
    this.#next = round + 1
    return { round, rows }
  }

  missing(round: number, hop: number, links: readonly number[]): void {
    const key = `${round} ${hop}`
    const kept = this.#missing.get(key)
    if (kept === undefined) this.#missing.set(key, { round, hop, links: [...links] })
    else kept.links.push(...links)
  }

  /** What was missing in the rounds before `round`, in order, each exchange once. */
  takeMissing(round: number): { round: number; hop: number; links: readonly number[] }[] {
    const taken = [...this.#missing.entries()].filter(([, told]) => told.round < round)
    for (const [key] of taken) this.#missing.delete(key)
    return taken
      .map(([, told]) => ({ ...told, links: told.links.toSorted((a, b) => a - b) }))
      .sort((a, b) => a.round - b.round || a.hop - b.hop)
  }
}
