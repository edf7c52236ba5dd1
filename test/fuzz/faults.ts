/** Draws what goes wrong with one swarm. */
import { usesHub } from '../../src/aggregation/names.ts'
import { endsOf } from '../../src/core/links.ts'
import { placeWithin } from '../../src/experiment/problem.ts'
import type { Experiment } from '../../src/experiment/schema.ts'
import { type FaultAction, type Faults, type Participant, parseAction } from '../../src/faults/schema.ts'
import type { Setting } from '../../src/setting.ts'
import { range } from '../support/numbers.ts'
import type { Dice } from './dice.ts'
import { Expected } from './expected.ts'

/** Short, so that much is late. */
export const DEADLINE_MS = 100

/** As it is written in YAML. */
export type Raw = Readonly<Record<string, unknown>>

export interface Timed {
  /** Rounds completed. */
  readonly after: number
  readonly action: FaultAction
}

export class FaultDraws {
  /** Whether nothing happens that an aggregation would notice. */
  readonly isHarmless: boolean
  readonly #dice: Dice
  readonly #experiment: Experiment
  readonly #participants: readonly Participant[]
  /** Sender and receiver of each link. */
  readonly #links: readonly (readonly [Participant, Participant])[]

  /** Of a swarm in which nothing goes wrong yet. */
  constructor(dice: Dice, { experiment, mixing: { links } }: Setting) {
    const { peers, aggregation } = experiment
    this.#dice = dice
    this.isHarmless = dice.chance(0.25)
    this.#experiment = experiment
    this.#participants = usesHub(aggregation) ? [...range(peers), 'hub'] : range(peers)
    this.#links = usesHub(aggregation)
      ? range(peers).flatMap((i): [Participant, Participant][] => [
          [i, 'hub'],
          ['hub', i]
        ])
      : range(links.senders.length).map(k => {
          const [receiver, sender] = endsOf(links, k)
          return [sender, receiver]
        })
  }

  /**
   * Keys of an experiment: each event is possible where it stands, and after `calmAt` rounds everything ends,
   * some cuts aside.
   */
  faults(calmAt: number): Raw {
    const dice = this.#dice
    const calm: Raw[] = [
      ...(dice.chance(0.8) ? [{ heal: 'all' }] : []),
      { slow: this.#participants, byMs: 0 },
      { loss: 0 },
      { delayMs: dice.chance(0.2) ? dice.between(1, DEADLINE_MS - 1) : 0 },
      { duplicates: 0 },
      { reordering: 0 }
    ]
    if (this.isHarmless) return this.#harmless(calm.map(action => ({ after: calmAt, ...action })))
    const events = this.#events(calmAt).map(({ after, action }) => ({ after, ...action }))
    return {
      loss: dice.chance(0.4) ? this.#loss() : 0,
      delayMs: dice.chance(0.3) ? this.#delayMs() : 0,
      faults: {
        duplicates: dice.chance(0.2) ? dice.fraction(0, 1) : 0,
        reordering: dice.chance(0.2) ? dice.fraction(0, 1) : 0,
        links: dice.chance(0.2) ? range(dice.between(1, 3)).map(() => this.#special()) : [],
        events: [...events, ...calm.map(action => ({ after: calmAt, ...action }))]
      }
    }
  }

  #harmless(calm: readonly Raw[]): Raw {
    const dice = this.#dice
    return {
      delayMs: dice.between(0, DEADLINE_MS - 1),
      faults: { duplicates: dice.fraction(0, 1), reordering: dice.fraction(0, 1), events: calm }
    }
  }

  /** Any action before `calmAt`, possible or not. */
  anything(calmAt: number): Timed {
    const action = this.#dice.chance(0.1) ? { join: this.#few() } : this.#action()
    return { after: this.#dice.between(0, calmAt - 1), action }
  }

  #events(calmAt: number): readonly Timed[] {
    const dice = this.#dice
    const { peers } = this.#experiment
    const joins = dice
      .some(range(peers), dice.chance(0.3) ? dice.between(1, Math.min(3, peers - 1)) : 0)
      .map(p => ({ after: dice.between(1, calmAt - 1), action: { join: [p] } }))
    const restarts = range(dice.chance(0.4) ? dice.between(1, 3) : 0).flatMap(() => this.#restart(calmAt))
    const others = range(dice.chance(0.15) ? 0 : dice.between(1, 12)).map(() => ({
      after: dice.between(0, calmAt - 1),
      action: undefined
    }))
    const expected = new Expected({ ...this.#experiment, faults: faultsOf(joins) }, this.#participants.length)
    const events: Timed[] = []
    const inOrder = [...joins, ...restarts, ...others].sort((a, b) => a.after - b.after)
    for (const { after, action: planned } of inOrder) {
      const action = planned ?? this.#possible(expected)
      if (!expected.can(action)) continue
      expected.obey(action)
      events.push({ after, action })
    }
    return events
  }

  #possible(expected: Expected): FaultAction {
    for (;;) {
      const action = this.#action()
      if (expected.can(action)) return action
    }
  }

  /** Some stop, and are soon back without their state. */
  #restart(calmAt: number): readonly Timed[] {
    const those = this.#few()
    const stoppedAt = this.#dice.between(0, calmAt - 2)
    const returnedAt = Math.min(calmAt - 1, stoppedAt + this.#dice.between(1, 4))
    return [
      { after: stoppedAt, action: { stop: those, how: this.#how() } },
      { after: returnedAt, action: { return: those, state: 'lost' } }
    ]
  }

  #action(): FaultAction {
    return parseAction(this.#rawAction(), placeWithin('action'))
  }

  #rawAction(): Raw {
    const dice = this.#dice
    const { peers } = this.#experiment
    switch (dice.between(0, 12)) {
      case 0:
      case 1:
      case 2:
        return { stop: this.#few(), how: this.#how() }
      case 3:
      case 4:
      case 5:
        return { return: this.#few(), state: dice.pick(['kept', 'lost']) }
      case 6:
      case 7:
        return { cut: this.#link(), direction: dice.pick(['both', 'one-way']) }
      case 8:
        return { heal: dice.chance(0.5) ? 'all' : this.#link() }
      case 9:
        return { partition: [dice.some(range(peers), dice.between(1, peers - 1))] }
      case 10:
        return { slow: this.#few(), byMs: dice.between(0, 150) }
      case 11:
        return dice.chance(0.5) ? { loss: this.#loss() } : { delayMs: this.#delayMs() }
      default:
        return { [dice.pick(['duplicates', 'reordering'])]: dice.fraction(0, 1) }
    }
  }

  #how(): 'closed' | 'killed' | 'frozen' {
    return this.#dice.pick(['closed', 'killed', 'frozen'])
  }

  /** One participant, or two of which one hears the other, or any. */
  #few(): Participant[] {
    const dice = this.#dice
    return dice.pick([
      () => dice.some(this.#participants, 1),
      () => [...this.#link()],
      () => dice.some(this.#participants, dice.between(1, 4))
    ])()
  }

  /** From a sender to one that hears it. */
  #link(): readonly [Participant, Participant] {
    return this.#dice.pick(this.#links)
  }

  #loss(most = 0.9): unknown {
    const probability = this.#dice.fraction(0, this.#dice.chance(0.2) ? most : 0.4)
    return this.#dice.chance(0.5) ? probability : `both:${probability}`
  }

  #delayMs(): unknown {
    const dice = this.#dice
    return dice.pick([
      dice.between(0, 150),
      `uniform:low=${dice.between(0, 50)},high=${dice.between(50, 150)}`,
      `exponential:mean=${dice.between(1, 80)}`,
      `pareto:median=${dice.between(1, 40)},shape=${dice.fraction(1.5, 3)}`
    ])
  }

  /** A link with terms of its own, which last. It must carry messages often enough not to be given up. */
  #special(): Raw {
    const [from, to] = this.#link()
    const terms = this.#dice.chance(0.7) ? { loss: this.#loss(0.4) } : { delayMs: this.#delayMs() }
    return { from, to, direction: this.#dice.pick(['both', 'one-way']), ...terms }
  }
}

const faultsOf = (events: readonly Timed[]): Faults => ({
  duplicates: 0,
  reordering: 0,
  links: [],
  events: events.map(({ after, action }) => ({ after, ...action }))
})
