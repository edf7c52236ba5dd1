/**
 * Where a server is the bottleneck and where it is not (Lian et al. 2017): what its line carries grows with N, that of a peer in gossip with
 * its degree alone. So with large models on slow lines an iteration without a server is faster, and with small models on fast
 * lines latency is all, and the server wins, which needs the fewest rounds.
 *
 * Traffic is counted in runs of the simulated network. Seconds are those of a clock on which a message takes α + its share of B.
 */
import { periodContraction, staticContraction } from '../../topologies/mixing/contraction.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { hopsOf } from '../aggregation/star.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import { busiestBytes } from '../core/busiest-bytes.ts'
import type { Panel } from '../drawing/panel.ts'
import type { NetworkPlan } from '../interfaces.ts'
import { messageBytes } from '../network/message-bytes.ts'
import { count, figure as number } from '../report/format.ts'
import type { Setting } from '../setting.ts'
import { gossipBusiestBytes, serverBusiestBytes } from '../timing/closed-forms.ts'
import type { NetworkModel } from '../timing/network-models.ts'
import { RoundClock } from '../timing/round-clock.ts'
import { atLeast, atMost, check, near } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultOf } from './figure.ts'
import { settingFor, walk } from './simulate.ts'

const CONTENDERS = ['server', 'ring', 'exponential', 'one-peer', 'complete'] as const
type Contender = (typeof CONTENDERS)[number]

const TOPOLOGIES = {
  ring: 'ring',
  exponential: 'exponential:directed=true',
  'one-peer': 'one-peer-exponential',
  complete: 'complete'
} as const satisfies Readonly<Record<Exclude<Contender, 'server'>, string>>

/** How many others a peer hears in a round. */
const DEGREES: Readonly<Record<Exclude<Contender, 'server'>, (peers: number) => number>> = {
  ring: () => 2,
  exponential: peers => Math.log2(peers),
  'one-peer': () => 1,
  complete: peers => peers - 1
}

/** Rounds of a run: as many as the longest period, or more. */
const ROUNDS = 8
/** What is left of differences when peers agree. */
const AGREED = 1e-3
/** For which the references are. */
const PEERS = 16

interface Regime {
  readonly bytes: number
  readonly model: NetworkModel
}
const quiet = { latencyMs: 50, duplex: 'full', stepMs: 0, stragglers: 0, loss: 0 } as const
const LARGE: Regime = { bytes: 4e6, model: { ...quiet, mbitPerSecond: 10 } }
const SMALL: Regime = { bytes: 4e3, model: { ...quiet, mbitPerSecond: 1000 } }

/** Seconds until PEERS peers agree, by formula. */
const KNOWN: readonly { readonly contender: Contender; readonly large: number; readonly small: number }[] = [
  { contender: 'server', large: 96.1, small: 0.10096 },
  { contender: 'one-peer', large: 13, small: 0.200128 },
  { contender: 'complete', large: 48.05, small: 0.05048 },
  { contender: 'exponential', large: 179.9, small: 0.701792 },
  { contender: 'ring', large: 857.85, small: 6.658512 }
]

interface Settings {
  readonly contender: Contender
  readonly peers: number
}

/** In seconds. */
interface Price {
  readonly iteration: number
  /** Until peers agree, whatever they start from. */
  readonly agreed: number
}

interface Result {
  /** Of the busiest participant, in and out: bytes of a round, counted, in messages. */
  readonly traffic: number
  /** The same by formula. */
  readonly foretold: number
  /** Until peers agree. */
  readonly rounds: number
  readonly large: Price
  readonly small: Price
}

const cells = (quick: boolean): Cell<Settings>[] =>
  (quick ? [4, 16, 64] : [4, 8, 16, 32, 64, 128, 256]).flatMap(peers =>
    CONTENDERS.map(contender => ({ settings: { contender, peers }, seconds: 0.02 + peers * peers * 1e-5 }))
  )

async function compute({ contender, peers }: Settings): Promise<Result> {
  const setting = settingFor({
    environment: 'random-walk',
    peers,
    ...(contender === 'server'
      ? { aggregation: 'star' }
      : { aggregation: 'gossip', topology: TOPOLOGIES[contender] }),
    rounds: ROUNDS,
    measureEvery: ROUNDS,
    seed: '1'
  })
  const { plan, traffic } = await walk(setting, {})
  const bytes = messageBytes(plan.payload, undefined)
  const busiest = busiestBytes(traffic) / ROUNDS
  const rounds = contender === 'server' ? 1 : roundsToAgree(setting)
  // The server of the clock is one of the N peers, that of the run a participant of its own.
  const timed = contender === 'server' ? { ...plan, participants: peers, hops: hopsOf(peers - 1) } : plan
  return {
    traffic: busiest / bytes,
    foretold:
      contender === 'server'
        ? serverBusiestBytes(1, peers, 'hub')
        : gossipBusiestBytes(1, DEGREES[contender](peers)),
    rounds,
    large: priceOf(timed, rounds, LARGE),
    small: priceOf(timed, rounds, SMALL)
  }
}

/** Exactly, or until differences are small whatever they were. */
function roundsToAgree({ topology, mixing }: Setting): number {
  const period = Array.from({ length: present(topology.period, 'a period') }, (_, round) => mixing.at(round))
  const matrix = present(period[0], 'W')
  const { exactAfter, perRound } =
    period.length === 1 ? staticContraction(matrix, numericalSpectrum(matrix)) : periodContraction(period)
  return exactAfter ?? Math.ceil(Math.log(AGREED) / Math.log(present(perRound, 'a contraction')))
}

function priceOf(plan: NetworkPlan, rounds: number, { bytes, model }: Regime): Price {
  const secondsAfter = (some: number): number => {
    const work = { peers: plan.participants, localSteps: 1, seed: '1' }
    const clock = new RoundClock(plan, bytes, model, work)
    for (let round = 0; round < some; round++) clock.round(round)
    return clock.seconds
  }
  return { iteration: secondsAfter(ROUNDS) / ROUNDS, agreed: secondsAfter(rounds) }
}

function judge(done: readonly Done<Settings, Result>[]): Findings {
  const sizes = [...new Set(done.map(({ settings }) => settings.peers))]
  const find = (contender: Contender, peers = PEERS): Result =>
    present(resultOf(done, { contender, peers }), `${contender} of ${peers}`)
  const exactly = (what: string, ours: number, reference: number) =>
    check(what, ours, near(reference, 1e-6, 'derived'))
  const agreed = (regime: 'large' | 'small', contender: Contender): number => find(contender)[regime].agreed
  const asKnown = (regime: 'large' | 'small') =>
    KNOWN.map(({ contender, ...seconds }) =>
      exactly(`${contender}: s`, agreed(regime, contender), seconds[regime])
    )
  const sparse = ['ring', 'exponential', 'one-peer'] as const
  const fewest = Math.min(...sizes)
  const most = Math.max(...sizes)
  const lines = (result: Result): number => result.large.iteration - 0.1
  const claims: Claim[] = [
    {
      claim: 'the busiest line carries 2N messages a round with a server, twice the degree by gossip',
      checks: CONTENDERS.flatMap(contender =>
        sizes.map(peers => {
          const { traffic, foretold } = find(contender, peers)
          return exactly(`${contender}, N=${peers}: in and out`, traffic, foretold)
        })
      )
    },
    {
      claim: 'large models, slow lines: an iteration on a ring takes as long for every N',
      checks: sizes.map(peers => exactly(`ring, N=${peers}: s`, find('ring', peers).large.iteration, 6.45))
    },
    {
      claim: 'with a server it takes longer as N grows',
      checks: [
        exactly(`server, N=${PEERS}: s`, find('server').large.iteration, 96.1),
        exactly(
          `on the lines, N=${most}/N=${fewest}`,
          lines(find('server', most)) / lines(find('server', fewest)),
          (most - 1) / (fewest - 1)
        )
      ]
    },
    {
      claim: `large models: the one-peer graph agrees sooner than with a server (N = ${PEERS})`,
      checks: [
        ...asKnown('large'),
        check(
          'one-peer/server',
          agreed('large', 'one-peer') / agreed('large', 'server'),
          atMost(1, 'derived')
        )
      ]
    },
    {
      claim: `small models: the server beats all sparse graphs (N = ${PEERS})`,
      checks: [
        ...asKnown('small'),
        ...sparse.map(graph =>
          check(`${graph}/server`, agreed('small', graph) / agreed('small', 'server'), atLeast(1, 'derived'))
        )
      ]
    }
  ]
  const panel = (title: string, label: string, of: (result: Result) => number): Panel => ({
    title,
    x: { label: 'peers', log: true },
    y: { label, log: true },
    series: CONTENDERS.map((contender, colour) => ({
      name: contender,
      colour,
      style: contender === 'server' ? 'dashed' : 'line',
      points: sizes.map(peers => [peers, of(find(contender, peers))] as const)
    }))
  })
  return {
    claims,
    panels: [
      panel('Traffic of the busiest', 'messages in and out per round', ({ traffic }) => traffic),
      panel('4 MB at 1.25 MB/s: an iteration', 'seconds', ({ large }) => large.iteration),
      panel('4 MB at 1.25 MB/s: until peers agree', 'seconds', ({ large }) => large.agreed),
      panel('4 kB at 125 MB/s: until peers agree', 'seconds', ({ small }) => small.agreed)
    ],
    notes: [
      `Per iteration any sparse graph is faster than the server with large models; to agree to 10⁻³ a ring of ${PEERS} needs ${count(find('ring').rounds)} rounds, the server one.`,
      'The complete graph is always twice as fast as the server, with one way instead of two, and N times the messages; where lines are slow sparse graphs beat it, where they are fast nothing does.',
      `Timed is a server that is one of the N peers; a hub of its own, as \`star\` has, serves one more: ${number(2 * (0.05 + PEERS * 3.2))} s at N = ${PEERS}.`
    ]
  }
}

export const lianBottleneck: Figure<Settings, Result> = {
  name: 'lian-bottleneck',
  title: 'Where the server is the bottleneck, and where latency is: traffic and seconds by N.',
  paper: 'Lian, Zhang, Zhang, Hsieh, Zhang, Liu, NeurIPS 2017, arXiv 1705.09056',
  settings: quick => [
    `Server, ring, directed exponential, one-peer exponential and complete graph of ${quick ? '4, 16 and 64' : '4, 8, …, 256'} peers; traffic of ${ROUNDS} rounds of the simulated network.`,
    'Seconds: latency 50 ms, lines of full duplex with 1.25 MB/s for models of 4 MB, or 125 MB/s for 4 kB; computing takes none.'
  ],
  cells,
  compute,
  judge
}
