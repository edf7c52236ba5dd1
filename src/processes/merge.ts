/** From what the processes of a swarm tell, each of its own participants, to what a single process would tell. */
import type { SwarmState, Traffic } from '../interfaces.ts'
import { emptyTraffic } from '../network/traffic.ts'

type NumberArray = Uint8Array | Int32Array | Uint32Array | Float64Array
type Arrays = Readonly<Record<string, NumberArray>>

/**
 * `base` is what every process began with. A process changes what belongs to its own participants and nothing else, so
 * whatever differs from the base is its word; of several states of one process the last counts.
 */
export function mergedState(
  { theta, learner, aggregation, average }: SwarmState,
  states: readonly SwarmState[]
): Pick<SwarmState, 'theta' | 'learner' | 'aggregation' | 'average'> {
  const merged = structuredClone({ theta, learner, aggregation, ...(average && { average }) })
  for (const state of states) {
    takeOver(merged.theta, theta, state.theta)
    takeOverAll(merged.learner, learner, state.learner)
    takeOverAll(merged.aggregation, aggregation, state.aggregation)
    if (merged.average && average && state.average) takeOverAll(merged.average, average, state.average)
  }
  return merged
}

function takeOverAll(merged: Arrays, base: Arrays, told: Arrays): void {
  for (const [name, array] of Object.entries(merged)) takeOver(array, base[name]!, told[name]!)
}

function takeOver(merged: NumberArray, base: NumberArray, told: NumberArray): void {
  for (let at = 0; at < merged.length; at++) if (!Object.is(told[at], base[at])) merged[at] = told[at]!
}

/** Counters that each went on from `base`, together. */
export function mergedTraffic(base: Traffic, counted: readonly Traffic[]): Traffic {
  const { dropped: baseDropped, ...baseColumns } = base
  const { dropped, ...columns } = emptyTraffic(base.messagesIn.length)
  addAll(
    columns,
    baseColumns,
    counted.map(({ dropped: _, ...told }) => told)
  )
  addAll(
    dropped,
    baseDropped,
    counted.map(told => told.dropped)
  )
  return { ...columns, dropped }
}

function addAll(
  sums: Readonly<Record<string, Float64Array>>,
  base: Readonly<Record<string, Float64Array>>,
  counted: readonly Readonly<Record<string, Float64Array>>[]
): void {
  for (const [name, column] of Object.entries(sums)) {
    const from = base[name]!
    for (let p = 0; p < column.length; p++) {
      column[p] = counted.reduce((sum, told) => sum + (told[name]![p]! - from[p]!), from[p]!)
    }
  }
}
