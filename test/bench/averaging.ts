/** Ten thousand peers that only average, and the spectrum of their graph. */
import { gossip } from '../../src/aggregation/gossip.ts'
import { parameterMatrix } from '../../src/core/parameter-matrix.ts'
import type { Inbox } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { mixingMatrix } from '../../topologies/index.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { settingsOf } from '../support/matrices.ts'
import { built } from '../support/topologies.ts'
import { row } from './measure.ts'

const PEERS = 10_000
const PARAMETERS = 30
const ROUNDS = 100

/** Seconds of the quickest of three. */
function quickest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let k = 0; k < 3; k++) {
    const started = performance.now()
    work()
    best = Math.min(best, (performance.now() - started) / 1000)
  }
  return best
}

export function benchAveraging(): void {
  const { graph } = built('random-regular', PEERS)
  const matrix = mixingMatrix(graph, false, 'metropolis')
  const aggregation = gossip.build(settingsOf(matrix, PARAMETERS), { steps: 1 })
  const network = simulatedNetwork(aggregation.plan)
  const theta = parameterMatrix(PEERS, PARAMETERS)
  const seconds = quickest(() => {
    for (let round = 0; round < ROUNDS; round++) {
      const inbox = network.exchange(round, 0, aggregation.compose(0, theta)) as Inbox
      aggregation.combine(0, theta, inbox)
    }
  })
  const rival = quickest(() => averageObjects(graph.neighbours))
  row(
    '10,000 peers, random 4-regular, averaging 30 parameters',
    `${Math.round(ROUNDS / seconds)} rounds/s`,
    `${(rival / seconds).toFixed(1)} times as fast as with a message object per link`
  )
  const spectrum = quickest(() => numericalSpectrum(matrix))
  row('its spectral gap', `${spectrum.toFixed(2)} s`)
}

/** The rival: every peer sends an object to each neighbour, and reduces what it has received. */
function averageObjects(neighbours: readonly (readonly number[])[]): void {
  let theta = neighbours.map(() => new Array<number>(PARAMETERS).fill(0))
  for (let round = 0; round < ROUNDS; round++) {
    const inboxes = neighbours.map((): { from: number; theta: number[] }[] => [])
    neighbours.forEach((heard, i) => {
      for (const j of heard) inboxes[j]!.push({ from: i, theta: [...theta[i]!] })
    })
    theta = inboxes.map((inbox, i) => {
      const weight = 1 / (1 + inbox.length)
      return inbox.reduce(
        (sum, message) => sum.map((x, c) => x + weight * message.theta[c]!),
        theta[i]!.map(x => weight * x)
      )
    })
  }
}

if (import.meta.main) benchAveraging()
