/** The tables of a recorded run: its peers, what it took, and what was commanded. */
import type { Result } from '../../session/protocol.ts'
import { bytes, count, durationInOneUnit, figure } from '../format.ts'
import { NAMES, TELLING, type Yardstick, yardstickOf } from '../measures.ts'
import { type Content, html, type Markup } from './markup.ts'
import { table } from './page.ts'
import type { RunFacts } from './run-facts.ts'

/** More peers are listed by those that did best and worst. */
const LISTED_PEERS = 256
/** More events are only counted. */
const LISTED_EVENTS = 60

/** The participant with most bytes in and out; undefined where the record does not list the peers, as that of a large swarm at work. */
export function busiestOf({ perPeer }: Result): { participant: number; total: number } | undefined {
  const { bytesIn, bytesOut } = perPeer
  if (bytesIn.some(Number.isNaN)) return undefined
  let [participant, total] = [0, 0]
  for (let p = 0; p < bytesIn.length; p++) {
    const both = bytesIn[p]! + bytesOut[p]!
    if (both > total) [participant, total] = [p, both]
  }
  return { participant, total }
}

const peersOf = ({ peers, swarm }: Result): number => peers[yardstickOf(swarm).metric]?.length ?? 0

/** What a participant is called. */
export const nameOf = (participant: number, result: Result): string =>
  participant === peersOf(result) ? 'the hub' : `peer ${participant}`

/** What each peer reached, and its traffic. */
export function peerTable({ labels }: RunFacts, result: Result): Markup {
  if (busiestOf(result) === undefined) {
    return html`<p class="note">The record of so many peers lists them only when the run has ended.</p>`
  }
  const { swarm, peers, perPeer, stopped } = result
  const yardstick = yardstickOf(swarm)
  const metrics = TELLING[yardstick.metric].filter(metric => peers[metric] !== null)
  const number = peersOf(result)
  const listed = listedOf(result, yardstick)
  const gone = new Set(stopped)
  const traffic = (p: number): string[] => [
    count(perPeer.messagesIn[p]!),
    count(perPeer.messagesOut[p]!),
    bytes(perPeer.bytesIn[p]!),
    bytes(perPeer.bytesOut[p]!)
  ]
  const rows = listed.map(i => [
    String(i),
    labels[i] ?? '',
    ...metrics.map((metric, k) =>
      gone.has(i) ? (k === 0 ? 'stopped' : figure(null)) : figure(peers[metric]?.[i])
    ),
    ...traffic(i)
  ])
  if (perPeer.bytesIn.length > number) {
    rows.push(['hub', '', ...metrics.map(() => figure(null)), ...traffic(number)])
  }
  const header = [
    'peer',
    'environment',
    ...metrics.map(metric => NAMES[metric]),
    'messages in',
    'out',
    'bytes in',
    'out'
  ]
  const note =
    listed.length < number
      ? html`<p class="note">The ${count(listed.length)} of ${count(number)} peers that did best and worst.</p>\n`
      : undefined
  return html`${note}${table(header, rows, 'rl')}`
}

/** All peers, or those at both ends, ascending. */
function listedOf(result: Result, { metric }: Yardstick): number[] {
  const column = result.peers[metric] ?? new Float64Array()
  const everyone = [...column.keys()]
  if (everyone.length <= LISTED_PEERS) return everyone
  const ranked = everyone
    .filter(i => !Number.isNaN(column[i]!))
    .sort((i, j) => column[i]! - column[j]! || i - j)
  const half = LISTED_PEERS / 2
  return [...new Set([...ranked.slice(0, half), ...ranked.slice(-half)])].sort((i, j) => i - j)
}

/** What the run took, in all and per round. */
export function priceTable(facts: RunFacts, result: Result): Markup {
  const { experiment, time } = facts
  const { localSteps, participation } = experiment
  const { round, traffic, perPeer, seconds, experience } = result
  const most = busiestOf(result)
  const participants = perPeer.bytesIn.length
  const perRound = (total: number, write: (x: number) => string): string =>
    write(round > 0 ? total / round : Number.NaN)
  const samples = experience?.steps ?? round * localSteps * participation
  const amount = (x: number): string => (Number.isNaN(x) ? figure(null) : bytes(Math.round(x)))
  const number = (x: number): string => (Number.isInteger(x) ? count(x) : figure(x))
  const all = 2 * traffic.bytes
  const rows: string[][] = [
    ['messages', count(traffic.messages), perRound(traffic.messages, number)],
    ['bytes', bytes(traffic.bytes), perRound(traffic.bytes, amount)],
    ...(most === undefined
      ? []
      : [
          [
            `busiest, in and out: ${nameOf(most.participant, result)}`,
            bytes(most.total),
            perRound(most.total, amount)
          ],
          [
            'share of the busiest in all that goes in and out',
            all > 0 ? `${figure((100 * most.total) / all)} %` : figure(null),
            ''
          ]
        ]),
    [
      'mean participant, in and out',
      amount(all / Math.max(1, participants)),
      perRound(all / Math.max(1, participants), amount)
    ],
    ['local samples per peer', number(samples), perRound(samples, number)],
    ...(traffic.virtualMs > 0
      ? [
          [
            'time on the virtual clock',
            durationInOneUnit(traffic.virtualMs / 1000),
            perRound(traffic.virtualMs / 1000, durationInOneUnit)
          ]
        ]
      : []),
    ['time it took', durationInOneUnit(seconds), perRound(seconds, durationInOneUnit)],
    ...(time === undefined
      ? []
      : [
          [
            `predicted time at ${time.price}`,
            durationInOneUnit(time.seconds),
            perRound(time.seconds, durationInOneUnit)
          ]
        ])
  ]
  return html`${table(['', 'in all', 'per round'], rows, 'l')}${timeNote(facts, round)}`
}

/** Which seconds are which. */
function timeNote({ experiment, withFaults, time }: RunFacts, rounds: number): Content {
  const took =
    experiment.transport === 'libp2p'
      ? 'The time it took was measured over libp2p, on the machine at hand.'
      : 'The time it took is that of the simulation, in which messages take none.'
  if (time === undefined) return html`<p class="note">${took}</p>`
  const lines = [
    took,
    'The predicted time is what the rounds would take in a network of this model.',
    ...(withFaults
      ? [
          'It knows nothing of the faults of the run: in the model nobody stops, and messages are lost as the model says.'
        ]
      : []),
    ...(time.simulated < rounds
      ? [
          `It was found for the first ${count(time.simulated)} rounds; the others go on as the second half of these.`
        ]
      : [])
  ]
  return html`<p class="note">${lines.join(' ')}</p>`
}

/** What was commanded, and when. */
export function eventTable(events: RunFacts['events']): Markup {
  const listed = events.slice(0, LISTED_EVENTS)
  const more = events.length - listed.length
  return html`${table(
    ['after round', 'event'],
    listed.map(({ after, text }) => [count(after), text]),
    'rl'
  )}${more > 0 ? html`<p class="note">and ${count(more)} more</p>` : undefined}`
}
