/** What every network may rely on; it is our mistake if it does not hold. */
import { assert } from '../core/assert.ts'
import { lengthOf } from '../core/payload.ts'
import type { Fates, NetworkPlan, Outbox } from '../interfaces.ts'

/** Integers of a payload are below this, so that 32 bits hold them. */
const MOST = 2 ** 32

/** Throws if no network can carry out this plan. */
export function checkPlan({ payload, flows, perLink }: NetworkPlan): void {
  for (const { count, below = 1 } of payload) {
    assert(Number.isInteger(count) && count >= 0, `a payload with a field of ${count} numbers`)
    assert(Number.isInteger(below) && below >= 1 && below <= MOST, `a payload with integers below ${below}`)
  }
  const isTheta = payload.length === 1 && payload[0]!.below === undefined
  assert(!flows || (isTheta && !perLink), 'flows are as long as θ, and go along with it')
}

/** Throws if this is not what the plan says is sent. */
export function checkExchange(plan: NetworkPlan, outbox: Outbox, fates: Fates | undefined): void {
  const { payload, flows, uses } = plan
  assert(outbox.stride >= lengthOf(payload), `payloads in rows of ${outbox.stride} doubles are too long`)
  assert((outbox.notes !== undefined) === flows, 'notes to send, or none, against the plan')
  assert(uses === undefined || fates !== undefined, 'no fates, where they say which links the round uses')
}
