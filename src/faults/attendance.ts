/** Who takes part: peers and the hub stop, return and join. At least one peer always remains. */
import { PRESENCE, type Stop } from '../interfaces.ts'
import type { FaultAction, Participant } from './schema.ts'

export interface Stopped {
  readonly kind: 'stop'
  readonly participant: number
  readonly how: Stop
}

/** What changes between two rounds for one participant. `incarnation`: how often it has begun anew. */
export type Change =
  | Stopped
  | {
      readonly kind: 'return'
      readonly participant: number
      readonly state: 'kept' | 'lost'
      readonly incarnation: number
    }

/** What became of an action: the changes it made, and why others could not be made, one line each. */
export interface Obeyed {
  readonly changes: readonly Change[]
  readonly refused: readonly string[]
}

/** The hub comes after the peers. */
export const indexOf = (who: Participant, peers: number): number => (who === 'hub' ? peers : who)

export const nameOf = (participant: number, peers: number): string =>
  participant === peers ? 'the hub' : `peer ${participant}`

export class Attendance {
  /** Per participant: 1 if it takes part. */
  readonly up: Uint8Array
  /** Per participant: how often it has begun anew. */
  readonly incarnations: Uint32Array
  readonly #peers: number
  readonly #stopped: (Stop | 'absent' | undefined)[]
  /** Peers that take part. */
  #remaining: number

  /** `joiners` are absent until they join. */
  constructor(participants: number, peers: number, joiners: readonly Participant[]) {
    this.up = new Uint8Array(participants).fill(1)
    this.incarnations = new Uint32Array(participants)
    this.#peers = peers
    this.#stopped = new Array(participants).fill(undefined)
    this.#remaining = peers
    for (const i of this.#present(joiners)) this.#leave(i, 'absent')
  }

  clone(): Attendance {
    const copy = new Attendance(this.up.length, this.#peers, [])
    copy.incarnations.set(this.incarnations)
    for (const [i, how] of this.#stopped.entries()) if (how !== undefined) copy.#leave(i, how)
    return copy
  }

  /** Those that do not take part, as stops; who has not joined is as one that said goodbye. */
  stops(): readonly Stopped[] {
    return this.#stopped.flatMap((how, participant) =>
      how === undefined ? [] : [{ kind: 'stop', participant, how: how === 'absent' ? 'closed' : how }]
    )
  }

  /** Per participant: a PRESENCE. */
  presence(): Uint8Array {
    return Uint8Array.from(this.#stopped, how => PRESENCE[how ?? 'here'])
  }

  /** Silent, but still connected. */
  frozen(participant: number): boolean {
    return this.#stopped[participant] === 'frozen'
  }

  /** Obeys an action that concerns attendance, and lets others be. */
  obey(action: FaultAction): Obeyed {
    const changes: Change[] = []
    const refused: string[] = []
    const each = (
      list: readonly Participant[],
      problem: (i: number) => string,
      change: (i: number) => Change
    ) => {
      for (const i of this.#present(list)) {
        const reason = problem(i)
        if (reason === '') changes.push(change(i))
        else refused.push(`${nameOf(i, this.#peers)} ${reason}`)
      }
    }
    if ('stop' in action) {
      each(
        action.stop,
        i => this.#cannotStop(i),
        i => this.#stop(i, action.how)
      )
    } else if ('return' in action) {
      each(
        action.return,
        i => this.#cannotReturn(i),
        i => this.#return(i, action.state, action.state === 'lost' ? 1 : 0)
      )
    } else if ('join' in action) {
      each(
        action.join,
        i => (this.#stopped[i] === 'absent' ? '' : 'has taken part already'),
        i => this.#return(i, 'lost', 0)
      )
    }
    return { changes, refused }
  }

  /** A plan without a hub passes over what is said of it. */
  #present(list: readonly Participant[]): readonly number[] {
    return list.map(who => indexOf(who, this.#peers)).filter(i => i < this.up.length)
  }

  #cannotStop(i: number): string {
    if (this.#stopped[i] === 'absent') return 'has not joined yet'
    if (this.#stopped[i] !== undefined) return 'is stopped already'
    if (i < this.#peers && this.#remaining === 1) return 'is the last that takes part, and one must remain'
    return ''
  }

  #cannotReturn(i: number): string {
    if (this.#stopped[i] === 'absent') return 'has not joined yet'
    return this.#stopped[i] === undefined ? 'takes part already' : ''
  }

  #leave(participant: number, how: Stop | 'absent'): void {
    this.up[participant] = 0
    this.#stopped[participant] = how
    if (participant < this.#peers) this.#remaining--
  }

  #stop(participant: number, how: Stop): Stopped {
    this.#leave(participant, how)
    return { kind: 'stop', participant, how }
  }

  #return(participant: number, state: 'kept' | 'lost', begunAnew: number): Change {
    this.up[participant] = 1
    this.#stopped[participant] = undefined
    if (participant < this.#peers) this.#remaining++
    const incarnation = this.incarnations[participant]! + begunAnew
    this.incarnations[participant] = incarnation
    return { kind: 'return', participant, state, incarnation }
  }
}
