/** One run of a comparison, and what it cost round by round: seconds are predicted where it is simulated, else measured. */
import { DivergedError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Metric, RoundSample } from '../interfaces.ts'
import { networkOf } from '../network/index.ts'
import { meterSockets } from '../network/socket-meter.ts'
import { predictor } from '../predicted-time.ts'
import { planOf, settingOf, swarmOf } from '../setting.ts'
import type { ContestRun } from './comparison.ts'

/** Decides a run, to the bit: plain data. */
export interface ContestSettings {
  readonly experiment: Experiment
  readonly metric: Metric
  /** The network model as text, `wan:latencyMs=80`. */
  readonly price: string
  /** What the same run found with another price, if that is known. */
  readonly learned?: Learned
}

/** What a run found; whose it is, knows who asked for it. */
export interface Learned extends Omit<ContestRun, 'contender' | 'seed'> {
  readonly price: string
  /** Whether samples are steps of episodes, in which local steps differ. */
  readonly livesEpisodes: boolean
}

/** Divergence is a result: the columns end before it. `clock`: seconds that pass, for runs over libp2p. */
export async function contest(settings: ContestSettings, clock: () => number = () => 0): Promise<Learned> {
  const { experiment, metric, price, learned } = settings
  if (learned !== undefined) return { ...learned, price, seconds: secondsOf(settings, learned) }
  const { aggregation, rounds, measureEvery, localSteps, participation } = experiment
  const swarm = await swarmOf(settingOf(experiment), aggregation, plan => networkOf(experiment, plan))
  const { traffic } = swarm
  const isSimulated = experiment.transport === 'simulated'
  const predict = isSimulated ? predictor(experiment, swarm.plan, price) : undefined
  const meter = isSimulated ? undefined : meterSockets()
  const columns = {
    rounds: [] as number[],
    values: [] as number[],
    consensus: [] as number[],
    messages: [] as number[],
    bytes: [] as number[],
    busiestBytes: [] as number[],
    seconds: [] as number[],
    samples: [] as number[]
  }
  let last: RoundSample | undefined
  let divergedIn: number | null = null
  let openingBytes = 0
  let socketBytes: number | null = null
  const steps = { rounds, measureEvery, beforeRound: () => 'go' as const, clock }
  try {
    await swarm.open()
    openingBytes = meter?.bytesWritten() ?? 0
    for await (const sample of swarm.run(steps)) {
      last = sample
      columns.rounds.push(sample.round)
      columns.values.push(sample.swarm[metric] ?? Number.NaN)
      columns.consensus.push(sample.swarm.consensusError ?? Number.NaN)
      columns.messages.push(sample.traffic.messages)
      columns.bytes.push(sample.traffic.bytes)
      columns.busiestBytes.push(
        traffic.bytesIn.reduce((most, bytes, p) => Math.max(most, bytes + traffic.bytesOut[p]!), 0)
      )
      const lived = sample.experience?.steps
      columns.seconds.push(predict?.(sample.round, lived) ?? sample.seconds)
      columns.samples.push(lived ?? sample.round * localSteps * participation)
    }
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error
    divergedIn = swarm.round + 1
  } finally {
    if (meter !== undefined) socketBytes = meter.bytesWritten() - openingBytes
    await swarm.close()
    meter?.end()
  }
  return {
    ...columns,
    price,
    livesEpisodes: (last?.experience ?? null) !== null,
    peers: Array.from(last?.peers[metric] ?? [], value => (Number.isNaN(value) ? null : value)),
    bytesIn: [...traffic.bytesIn],
    bytesOut: [...traffic.bytesOut],
    socketBytes,
    divergedIn
  }
}

/** In another network, where nobody learns anything else. */
function secondsOf(
  { experiment, price }: ContestSettings,
  { rounds, samples, livesEpisodes }: Learned
): number[] {
  const predict = predictor(experiment, planOf(settingOf(experiment)), price)
  return rounds.map((round, k) => predict(round, livesEpisodes ? samples[k] : undefined))
}
