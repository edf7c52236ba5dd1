/**
 * Two opposite types, each on its half of a ring, many local steps, and no server: plain gossip ends orders of magnitude away from the
 * common point, and so does plain federation with a server. Corrected by flows over the edges gossip ends at the very point that SCAFFLSA
 * reaches with a server, also when every tenth message is lost, a peer dies, and comes back with nothing.
 */

import type { Cell } from '../cells/compute.ts'
import { busiestBytes } from '../core/busiest-bytes.ts'
import type { Panel } from '../drawing/panel.ts'
import { bytes, count } from '../report/format.ts'
import { mean } from '../statistics/mean.ts'
import { atLeast, atMost, between, check } from './expect.ts'
import type { Check, Claim, Done, Figure, Findings, Table } from './figure.ts'
import { settingFor, squaredError, walk } from './simulate.ts'

interface Way {
  readonly name: string
  readonly aggregation:
    | 'none'
    | 'star'
    | 'star-scafflsa'
    | 'gossip'
    | 'gossip-scafflsa'
    | 'exact-diffusion'
    | 'gossip-tracking'
  /** What goes wrong: nothing, 10 % of messages are lost, and a peer is killed after a third of the rounds and back after two. */
  readonly trouble: 'none' | 'loss' | 'loss and death'
}
const ALONE: Way = { name: 'alone', aggregation: 'none', trouble: 'none' }
const SERVER: Way = { name: 'server', aggregation: 'star', trouble: 'none' }
const SCAFFLSA: Way = { name: 'server, SCAFFLSA', aggregation: 'star-scafflsa', trouble: 'none' }
const LOSSY_SERVER: Way = { name: 'SCAFFLSA, loss', aggregation: 'star-scafflsa', trouble: 'loss' }
const GOSSIP: Way = { name: 'gossip', aggregation: 'gossip', trouble: 'none' }
const CORRECTED: Way = { name: 'corrected', aggregation: 'gossip-scafflsa', trouble: 'none' }
const LOSSY: Way = { name: 'corrected, loss', aggregation: 'gossip-scafflsa', trouble: 'loss' }
const TROUBLED: Way = {
  name: 'corrected, loss and a death',
  aggregation: 'gossip-scafflsa',
  trouble: 'loss and death'
}
const TEXTBOOK: Way = { name: 'textbook, loss', aggregation: 'exact-diffusion', trouble: 'loss' }
const TRACKING: Way = { name: 'K-GT, loss', aggregation: 'gossip-tracking', trouble: 'loss' }
const WAYS = [ALONE, SERVER, SCAFFLSA, LOSSY_SERVER, GOSSIP, CORRECTED, LOSSY, TROUBLED, TEXTBOOK, TRACKING]
/** Those that are also run with samples. */
const SAMPLED = [SCAFFLSA, CORRECTED, LOSSY]

interface Settings {
  readonly way: Way
  readonly environment: string
  readonly peers: number
  readonly rounds: number
  /** With sampled steps, from θ*; 0 for none. */
  readonly sampledRounds: number
}

interface Result {
  /** With exact steps: round and mean ‖θ_i − θ*‖², where θ* is that of those that take part. */
  readonly curve: readonly (readonly [round: number, error: number])[]
  readonly end: number
  /** Just before the dead peer is back. */
  readonly withoutOne: number
  /** When the error was below ARRIVED for good; null if never. */
  readonly arrived: number | null
  /** In and out of the participant with most, per round. */
  readonly busiest: number
  /** With sampled steps, over the second half of the rounds; null for none. */
  readonly sampled: number | null
}

const LOCAL_STEPS = 100
const STEP_SIZE = 0.5
const MORTAL = 3
const ARRIVED = 1e-12
const MEASURE_EVERY = 10

interface Form {
  readonly environment: string
  readonly peers: number
  readonly ways: readonly Way[]
  readonly rounds: number
  readonly sampledRounds: number
  /** What may be left when all rounds are over, and when the dead peer comes back: a ring that lacks a peer is a path, and slow. */
  readonly left: number
  readonly leftOfTheRest: number
}
/** That of the experiment `faults` that is shipped, for three times as long. */
const FULL: Form = {
  environment: 'garnet:heterogeneity=opposite',
  peers: 8,
  ways: WAYS,
  rounds: 4500,
  sampledRounds: 4000,
  left: ARRIVED,
  leftOfTheRest: ARRIVED
}
const QUICK: Form = {
  environment: 'garnet:heterogeneity=opposite,states=10',
  peers: 6,
  ways: [SERVER, SCAFFLSA, LOSSY_SERVER, GOSSIP, CORRECTED, TROUBLED, TRACKING],
  rounds: 1800,
  sampledRounds: 0,
  left: 1e-9,
  leftOfTheRest: 1e-4
}
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

function cells(quick: boolean): Cell<Settings>[] {
  const { environment, peers, ways, rounds, sampledRounds } = formOf(quick)
  return ways.map(way => ({
    settings: { way, environment, peers, rounds, sampledRounds: SAMPLED.includes(way) ? sampledRounds : 0 },
    seconds: rounds * (quick ? 1.5e-4 : 7e-4)
  }))
}

async function compute({ way, environment, peers, rounds, sampledRounds }: Settings): Promise<Result> {
  const { aggregation, trouble } = way
  const common = {
    environment,
    peers,
    placement: 'clustered',
    aggregation,
    ...(aggregation === 'star' || aggregation === 'star-scafflsa' ? {} : { topology: 'ring' }),
    ...(trouble === 'none' ? {} : { loss: 0.1 }),
    localSteps: LOCAL_STEPS,
    stepSize: STEP_SIZE,
    measureEvery: MEASURE_EVERY,
    seed: '1'
  }
  const events = [
    { after: rounds / 3, stop: MORTAL, how: 'killed' },
    { after: (2 * rounds) / 3, return: MORTAL, state: 'lost' }
  ]
  const exact = settingFor({
    ...common,
    ...(trouble === 'loss and death' ? { faults: { events } } : {}),
    rounds,
    sampling: 'expected',
    initial: 'offset:1'
  })
  const curve: [number, number][] = []
  let arrived: number | null = null
  let withoutOne = Number.NaN
  const { traffic } = await walk(exact, {
    onSample(sample) {
      const error = squaredError(sample)
      curve.push([sample.round, error])
      if (sample.round === (2 * rounds) / 3) withoutOne = error
      if (error >= ARRIVED) arrived = null
      else arrived ??= sample.round
    }
  })

  const late: number[] = []
  if (sampledRounds > 0) {
    const sampled = settingFor({
      ...common,
      rounds: sampledRounds,
      sampling: 'iid',
      initial: 'solution'
    })
    await walk(sampled, {
      onSample(sample) {
        if (2 * sample.round > sampledRounds) late.push(squaredError(sample))
      }
    })
  }
  return {
    curve,
    end: curve.at(-1)?.[1] ?? Number.NaN,
    withoutOne,
    arrived,
    busiest: busiestBytes(traffic) / rounds,
    sampled: late.length > 0 ? mean(late) : null
  }
}

type Of = (way: Way) => Result

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const nothing: Result = {
    curve: [],
    end: Number.NaN,
    withoutOne: Number.NaN,
    arrived: null,
    busiest: Number.NaN,
    sampled: null
  }
  const of: Of = way => done.find(({ settings }) => settings.way.name === way.name)?.result ?? nothing
  const form = formOf(quick)
  return {
    claims: claimsOf(of, form),
    panels: panelsOf(of, form),
    table: tableOf(of, form),
    notes: [
      'While the peer is dead, the error is that of those that remain from their own common point.',
      'The server, too, loses its way with the messages: its control variates then no longer cancel.'
    ]
  }
}

function claimsOf(of: Of, { peers, ways, sampledRounds, left, leftOfTheRest }: Form): Claim[] {
  const atSolution = (way: Way): Check => check(way.name, of(way).end, atMost(left, 'derived', 0))
  const among = (some: readonly Way[]): readonly Way[] => some.filter(way => ways.includes(way))
  return [
    {
      claim:
        'corrected gossip on the clustered ring ends where SCAFFLSA does with a server, at θ* (exact steps)',
      checks: [SCAFFLSA, CORRECTED].map(atSolution)
    },
    {
      claim: 'with 10 % of messages lost, and with a death on the way, too',
      checks: [
        ...among([LOSSY]).map(atSolution),
        check(
          `${peers - 1} peers, one is dead`,
          of(TROUBLED).withoutOne,
          atMost(leftOfTheRest, 'derived', 0)
        ),
        check(`${peers} peers, it is back`, of(TROUBLED).end, atMost(left, 'derived', 0))
      ]
    },
    {
      claim: `plain gossip stays orders of magnitude away, and so does the plain server (H = ${LOCAL_STEPS})`,
      checks: [
        check('gossip', of(GOSSIP).end, atLeast(1, 'derived')),
        check('server', of(SERVER).end, atLeast(1e-3, 'derived')),
        check('gossip/server', of(GOSSIP).end / of(SERVER).end, atLeast(5, 'derived'))
      ]
    },
    {
      claim: 'other corrections, which lost messages put out of balance, stay away as well',
      checks: among([TEXTBOOK, TRACKING, LOSSY_SERVER]).map(way =>
        check(way.name, of(way).end, atLeast(1e-4, 'derived'))
      )
    },
    ...(sampledRounds === 0
      ? []
      : [
          {
            claim: 'with samples it scatters a few times as widely as with the server, lossy or not',
            checks: [CORRECTED, LOSSY].map(way =>
              check(
                `${way.name}/server`,
                (of(way).sampled ?? Number.NaN) / (of(SCAFFLSA).sampled ?? Number.NaN),
                between(1, 10, 'derived')
              )
            )
          }
        ])
  ]
}

function panelsOf(of: Of, { ways, rounds }: Form): Panel[] {
  const panel = (title: string, shown: readonly Way[], until: number): Panel => ({
    title,
    x: { label: 'rounds', log: false },
    y: { label: 'mean ‖θ_i − θ*‖²', log: true },
    series: shown
      .filter(way => ways.includes(way))
      .map(way => {
        const colour = WAYS.indexOf(way)
        return {
          name: way.name,
          colour: colour % 6,
          style: colour < 6 ? ('line' as const) : ('dashed' as const),
          points: of(way).curve.filter(
            ([round, error], k) => round <= until && error > 1e-24 && (k % 3 === 0 || round < rounds / 10)
          )
        }
      })
  })
  return [
    panel('Every message arrives', [ALONE, SERVER, SCAFFLSA, GOSSIP, CORRECTED], rounds / 3),
    panel(
      '10 % are lost; a peer dies, and is back',
      [LOSSY_SERVER, LOSSY, TROUBLED, TEXTBOOK, TRACKING],
      rounds
    )
  ]
}

function tableOf(of: Of, { ways, rounds, sampledRounds }: Form): Table {
  const isSampled = sampledRounds > 0
  return {
    legend:
      `Mean ‖θ_i − θ*‖² after ${count(rounds)} exact rounds; rounds until it is below ${ARRIVED} for good; bytes in and out of the ` +
      `busiest participant, per round${isSampled ? '; the error with samples' : ''}.`,
    header: [['', 'exact', 'rounds', 'busiest', ...(isSampled ? ['sampled'] : [])]],
    rows: ways.map(way => {
      const { end, arrived, busiest, sampled } = of(way)
      return [
        way.name,
        end < ARRIVED ? '<1e-12' : end.toPrecision(2),
        arrived === null ? '–' : count(arrived),
        bytes(Math.round(busiest)),
        ...(isSampled ? [sampled === null ? '–' : sampled.toPrecision(2)] : [])
      ]
    })
  }
}

/** `correction-closes-the-gap`. */
export const correctionClosesTheGap: Figure<Settings, Result> = {
  name: 'correction-closes-the-gap',
  title: 'Without a server to the point that SCAFFLSA reaches with one.',
  paper: 'ours; SCAFFLSA of Mangold et al., arXiv 2402.04114, carried to graphs',
  settings: quick => {
    const { environment, peers, rounds, sampledRounds } = formOf(quick)
    return [
      `${environment}, ${peers} peers, each type on its half of a ring; H = ${LOCAL_STEPS}, η = ${STEP_SIZE}; ${count(rounds)} exact rounds from θ* + 1.`,
      `Peer ${MORTAL} is killed after a third of them and is back with nothing after two.${
        sampledRounds > 0
          ? ` With i.i.d. samples: ${count(sampledRounds)} rounds, of which the second half counts.`
          : ''
      }`
    ]
  },
  cells,
  compute,
  judge
}
