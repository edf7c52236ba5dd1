/** Runs over libp2p beside the same runs in the simulator: the bytes that were counted, and those that the sockets carried. */
import type { Comparison, ContestRun } from './comparison.ts'
import { STANDARD_PRICE } from './source.ts'

/** Whether it runs over libp2p, where seconds are measured and not predicted. */
export const isMeasured = ({ contenders }: Pick<Comparison, 'contenders'>): boolean =>
  contenders.some(({ experiment }) => experiment.transport === 'libp2p')

/** The same without a network, for the bytes that are to be expected. */
export const inSimulator = (comparison: Comparison): Comparison => ({
  ...comparison,
  price: STANDARD_PRICE,
  contenders: comparison.contenders.map(contender => ({
    ...contender,
    experiment: { ...contender.experiment, transport: 'simulated' }
  }))
})

/** Of a contender, over all seeds that have been run both ways. */
export interface Measured {
  /** Encoded messages, once per delivery: as they arrived over libp2p, and in the simulator. */
  readonly bytes: number
  readonly modelledBytes: number
  /** All that the sockets carried while rounds ran; null where that was not looked at. */
  readonly socketBytes: number | null
  readonly messages: number
  /** How fast rounds went over libp2p. */
  readonly roundsPerSecond: number
}

/** Per contender. */
export function measuredOf(
  { contenders }: Pick<Comparison, 'contenders'>,
  measured: readonly ContestRun[],
  modelled: readonly ContestRun[]
): Measured[] {
  return contenders.map((_, contender) => {
    const of = (runs: readonly ContestRun[]) => runs.filter(run => run.contender === contender)
    const pairs = of(measured).flatMap(run => {
      const twin = of(modelled).find(({ seed }) => seed === run.seed)
      return twin === undefined ? [] : [{ run, twin }]
    })
    const sum = (of: (pair: (typeof pairs)[number]) => number): number =>
      pairs.reduce((total, pair) => total + of(pair), 0)
    return {
      bytes: sum(({ run }) => run.bytes.at(-1) ?? 0),
      modelledBytes: sum(({ twin }) => twin.bytes.at(-1) ?? 0),
      socketBytes: pairs.every(({ run }) => run.socketBytes !== null)
        ? sum(({ run }) => run.socketBytes ?? 0)
        : null,
      messages: sum(({ run }) => run.messages.at(-1) ?? 0),
      roundsPerSecond: sum(({ run }) => run.rounds.at(-1) ?? 0) / sum(({ run }) => run.seconds.at(-1) ?? 0)
    }
  })
}

/** What a message is wrapped in on its way, in bytes: headers, and the frame by which room is granted again; NaN without messages. */
export const framingOf = ({ bytes, socketBytes, messages }: Measured): number =>
  socketBytes === null || messages === 0 ? Number.NaN : (socketBytes - bytes) / messages
