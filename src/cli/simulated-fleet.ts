/** What `murmur fleet` says of simulated environments: what is seen and done in them, and by what peers differ. */
import type { SimulatedFleet } from '../interfaces.ts'
import { columns, count, figure } from '../report/format.ts'
import type { Source } from './fleet.ts'

/** As text, of the first `listed` peers. */
export function simulatedFleetText(fleet: SimulatedFleet, listed: number): string {
  const { name, peers, observations, actions, discount, episodeSteps, labels, types, properties } = fleet
  const names = Object.keys(properties)
  const rows = Array.from({ length: listed }, (_, i) => [
    String(i),
    labels[i]!,
    String(types[i]),
    ...names.map(property => figure(properties[property]?.[i]))
  ])
  return [
    `${name}: ${count(peers)} peers, simulated; ${count(observations)} numbers are seen, ${count(actions)} actions, discount ${discount}`,
    `episodes are truncated after ${count(episodeSteps)} steps; nothing exact is known of their values`,
    '',
    ...columns([['peer', 'environment', 'type', ...names], ...rows], `rlr${'r'.repeat(names.length)}`),
    ...(peers > listed ? [`and ${count(peers - listed)} more: --json lists all`] : []),
    ''
  ].join('\n')
}

export const simulatedFleetJson = (
  { peers, observations, actions, discount, episodeSteps, stepMs, labels, types, properties }: SimulatedFleet,
  { environment, placement, seed }: Source
): object => ({
  environment,
  placement,
  seed,
  peers: Array.from({ length: peers }, (_, i) => ({
    peer: i,
    environment: labels[i],
    type: types[i],
    ...Object.fromEntries(Object.entries(properties).map(([name, column]) => [name, column[i]]))
  })),
  observations,
  actions,
  discount,
  episodeSteps,
  stepMs
})
