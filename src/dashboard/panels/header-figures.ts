/** The figures of the header: errors beside those of the rivals, agreement, the worst peer, and who is missed. */

import { isCorrected } from '../../aggregation/names.ts'
import { withoutCopies } from '../../report/copies.ts'
import { count, named, percentage, signed, times } from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import { NAMES } from '../../report/measures.ts'
import { figureWithin } from '../figures.ts'
import type { Symbols } from '../glyphs.ts'
import { measureOf, worstPeer, yardstickIn } from '../reading.ts'
import type { Scene } from '../scene.ts'
import { type Segment, segment, shortening } from '../segments.ts'
import {
  aloneOf,
  comparedAt,
  consensusBeside,
  helped,
  isOutdated,
  MOST_ROUNDING,
  missedPeers,
  type Standing,
  sampleBeside,
  serverOf
} from '../standing.ts'
import type { Style } from '../styles.ts'
import type { Piece } from '../surface.ts'

/** The first statements of two lines begin alike, so that their figures are below each other. */
const LABEL = 'consensus error'.length
/** Cells of a figure, and of a figure that may become very small, so that what follows stays where it is. */
const FIGURE = 6
const LONG_FIGURE = 7
/** Errors that differ by less than this share are as good as each other. */
const AS_GOOD = 0.005
/** How many peers are named where there is no room for more. */
const FEW = 2

const padded = (x: number | null | undefined, width = FIGURE): string => figureWithin(x, width).padEnd(width)
const first = (name: string, x: number | null | undefined, style: Style): Piece => [
  `${name.padEnd(LABEL)} ${padded(x, LONG_FIGURE)}`,
  style
]

// beside the rivals -------------------------------------------------------------------------------------------

/** Value error, or return, the best so far and value gap; the gain from federation; how far the server is. */
export function errors(scene: Scene): Segment[] {
  const round = comparedAt(scene)
  // Of one round, so that the figures agree with each other.
  const swarm = sampleBeside(scene)?.swarm
  const metric = measureOf(scene)
  const gap = swarm?.valueGap ?? null
  return [
    segment(10, first(NAMES[metric], swarm?.[metric], 'here')),
    ...best(scene),
    ...(gap === null ? [] : [segment(8.5, [`value gap ${padded(gap)}`, 'dim'])]),
    ...(round === undefined
      ? [...alone(scene), ...whom(scene), ...server(scene)]
      : [earlier(scene, round), ...whom(scene)])
  ]
}

/** The greatest return so far. */
function best({ now, experiment }: Scene): Segment[] {
  if (now?.best === undefined) return []
  const width = count(experiment.rounds).length
  const value = `best ${padded(now.best.return)}`
  return [shortening(9.3, 'text', [`${value} in round ${count(now.best.round).padEnd(width)}`, value])]
}

const ARROW: Piece = [' → ', 'dim']
const GAP: Piece = ['  ', 'text']

function alone(scene: Scene): Segment[] {
  const standing = aloneOf(scene)
  if (standing === undefined) return []
  const { value, gain, divergedIn } = standing
  if (divergedIn !== null) return [segment(9.8, diverged('alone', divergedIn, 'alone'))]
  const before: Piece = [`alone ${padded(value)}`, 'alone']
  if (Number.isNaN(gain)) return [segment(9.8, before)]
  const verdict = gained(scene, gain)
  return [{ worth: 9.8, forms: [[before, ARROW, verdict], [verdict]] }]
}

function server(scene: Scene): Segment[] {
  const standing = serverOf(scene)
  if (standing === undefined) return []
  const { aggregation, value, gain, divergedIn } = standing
  const names = [`server (${aggregation})`, 'server']
  if (divergedIn !== null)
    return [{ worth: 9.7, forms: names.map(name => [diverged(name, divergedIn, 'server')]) }]
  const figures = names.map(name => `${name} ${padded(value)}`)
  if (Number.isNaN(gain)) return [shortening(9.7, 'server', figures)]
  const { long, short } = over(scene, standing)
  return [
    shortening(9.7, 'server', [...figures.map(text => `${text} → ${long}`), `${figures[1]} → ${short}`])
  ]
}

/** All of one round, which the run has left behind; without a verdict where that says nothing any more. */
function earlier(scene: Scene, round: number): Segment {
  const isVoid = isOutdated(scene)
  const [none, hub] = [aloneOf(scene), serverOf(scene)]
  const here: Piece = [`here ${padded(scene.comparison?.sample.swarm[measureOf(scene)])}`, 'here']
  const line = (before: string, serverName: string): Piece[] => [
    [`${before}: `, 'dim'],
    here,
    ...(none === undefined
      ? []
      : besideOf(none, 'alone', 'alone', isVoid ? undefined : gained(scene, none.gain))),
    ...(hub === undefined
      ? []
      : besideOf(hub, serverName, 'server', isVoid ? undefined : [over(scene, hub).long, 'server']))
  ]
  const [at, comparing] = [`at round ${count(round)}`, `comparing, at round ${count(round)}`]
  const fullName = `server (${hub?.aggregation})`
  const gain = none?.gain ?? Number.NaN
  const forms: Piece[][] = isVoid
    ? [line(comparing, fullName), line(at, 'server'), [[comparing, 'dim']]]
    : [
        line(at, fullName),
        line(at, 'server'),
        ...(Number.isNaN(gain) ? [] : [[gained(scene, gain), [` ${at}`, 'dim']] satisfies Piece[]])
      ]
  return { worth: 9.8, forms }
}

/** A rival's figure, and what follows from it, behind others. */
function besideOf(
  { value, gain, divergedIn }: Standing,
  name: string,
  style: Style,
  verdict: Piece | undefined
): Piece[] {
  if (divergedIn !== null) return [GAP, diverged(name, divergedIn, style)]
  const figure: Piece = [`${name} ${padded(value)}`, style]
  return verdict === undefined || Number.isNaN(gain) ? [GAP, figure] : [GAP, figure, ARROW, verdict]
}

const diverged = (who: string, round: number, style: Style): Piece => [
  `${who} diverged in round ${count(round)}`,
  style
]

function gained(scene: Scene, gain: number): Piece {
  const { nothing, write } = yardstickIn(scene)
  return gain < nothing ? [`gain ${write(gain)}, worse than alone`, 'bad'] : [`gain ${write(gain)}`, 'alone']
}

/** How the run does beside the server. */
function over(scene: Scene, { value, gain }: Standing): { readonly long: string; readonly short: string } {
  const isReturn = measureOf(scene) === 'return'
  const isAsGood = isReturn ? Math.abs(gain) <= AS_GOOD * Math.abs(value) : Math.abs(1 / gain - 1) < AS_GOOD
  const figure = isReturn ? signed(gain) : times(1 / gain)
  const long = isAsGood ? 'as good here' : isReturn ? `${figure} here` : `${figure} its error here`
  return { long, short: `here ${figure}` }
}

/** Federation may help some peers and harm others. */
function whom(scene: Scene): Segment[] {
  const { peers, of } = helped(scene)
  if (of === 0) return []
  const isHarm = (aloneOf(scene)?.gain ?? Number.NaN) < yardstickIn(scene).nothing
  const text =
    peers === of
      ? `(helps all ${count(of)})`
      : peers === 0
        ? `(helps none of ${count(of)})`
        : `(helps ${count(peers)} of ${count(of)})`
  return [segment(9.4, [text, isHarm && peers === 0 ? 'bad' : 'dim'])]
}

// whether the peers agree, and who is worst -------------------------------------------------------------------

/** Consensus error, distance to the fixed point, the worst peer, and what corrections conserve. */
export function agreement(scene: Scene, symbols: Symbols): Segment[] {
  const swarm = sampleBeside(scene)?.swarm
  const fixedPoint = swarm?.fixedPointError ?? null
  return [
    {
      worth: 9.8,
      forms: [
        [first('consensus error', swarm?.consensusError, 'consensus')],
        [[`consensus ${padded(swarm?.consensusError)}`, 'consensus']]
      ]
    },
    ...yardstick(scene),
    ...(fixedPoint === null
      ? []
      : [segment(8, [`fixed point ${padded(fixedPoint, LONG_FIGURE)}`, 'fixedPoint'])]),
    ...worst(scene),
    ...corrections(scene, symbols)
  ]
}

/** How close the peers are to each other, beside how close they would be alone. */
function yardstick(scene: Scene): Segment[] {
  const { here, alone } = consensusBeside(scene) ?? {}
  const share = (here ?? Number.NaN) / (alone ?? Number.NaN)
  if (!Number.isFinite(share)) return []
  const round = comparedAt(scene)
  const at = round === undefined ? '' : ` at round ${count(round)}`
  const text = share < 0.001 ? '<0.1 %' : percentage(share)
  return [segment(7, [`= ${text} of alone${at}`.padEnd(16), 'alone'])]
}

function worst(scene: Scene): Segment[] {
  const peer = worstPeer(scene)
  const sample = scene.now?.sample
  if (peer === undefined || sample === undefined) return []
  const metric = measureOf(scene)
  const digits = String(scene.experiment.peers - 1).length
  const figure = figureWithin(sample.peers[metric]?.[peer], FIGURE)
  const what = NAMES[metric]
  const forms = (
    [
      ['! worst peer ', `: ${what} `],
      ['! worst peer ', ': '],
      ['! worst ', ': ']
    ] as const
  ).map(([before, between]): Piece[] => {
    const text = before + peer + between + figure
    return [[text.padEnd(before.length + digits + between.length + FIGURE), 'strong']]
  })
  return [{ worth: 9.9, forms }]
}

/** ‖Σ ξ_i‖ stays 0 whatever happens, up to rounding; where it does not, it is said. */
function corrections({ now, experiment }: Scene, symbols: Symbols): Segment[] {
  const sum = now?.sample?.correctionSum ?? null
  if (sum === null) return []
  const name = symbols === 'ascii' ? '|sum xi|' : '‖Σξ‖'
  return sum > MOST_ROUNDING && isCorrected(experiment.aggregation)
    ? [segment(9.8, [`${name} ${padded(sum, LONG_FIGURE)} should be 0`, 'bad'])]
    : [segment(6, [`${name} ${padded(sum, LONG_FIGURE)}`, 'dim'])]
}

// who is missed -----------------------------------------------------------------------------------------------

/** Peers that do not take part, and those that are waited for. */
export function away(scene: Scene): Segment[] {
  const { experiment, waitingFor, now } = scene
  const missed = missedPeers(scene)
  const isCalm = missed.length === 0 && now !== undefined && experiment.peers > 1
  return [
    ...missed.map(({ state, peers }) =>
      listing(9.8, `${state.text}: `, peers, experiment.peers, state.style, sinceOf(scene, peers))
    ),
    ...(isCalm ? [segment(5, [`all ${count(experiment.peers)} take part`, 'dim'])] : []),
    ...(waitingFor.length > 0 ? [listing(9.7, 'waiting for ', waitingFor, experiment.peers, 'warning')] : [])
  ]
}

function listing(
  worth: number,
  what: string,
  participants: readonly number[],
  peers: number,
  style: Style,
  since = ''
): Segment {
  const more = participants.length - FEW
  const few = named(participants.slice(0, FEW), peers) + (more > 0 ? ` and ${count(more)} more` : '')
  return shortening(worth, style, [what + named(participants, peers) + since, what + few + since, what + few])
}

/** From when on all of these are away, if it is known. */
function sinceOf({ awaySince }: Scene, participants: readonly number[]): string {
  const rounds = new Set(participants.map(participant => awaySince.get(participant)))
  const [round] = rounds
  return rounds.size === 1 && round !== undefined ? ` since round ${count(round)}` : ''
}

/** What became of messages that did not come as they should. */
export function messages({ now, experiment }: Scene): Segment[] {
  const loss = now?.loss ?? 0
  const { missing = 0, refused = 0, dropped = {} } = now?.sample?.traffic ?? {}
  const drops = Object.values(withoutCopies(experiment.aggregation, dropped)).reduce(
    (sum, messages) => sum + messages,
    0
  )
  const totals = [
    [missing, `${counted(missing, 'message')} missing`],
    [drops, `${count(drops)} dropped`],
    [refused, `${count(refused)} refused`]
  ] as const
  return [
    ...(loss > 0 ? [segment(9.6, [`loss ${percentage(loss)}`, 'warning'])] : []),
    ...totals.flatMap(([total, what]) => (total > 0 ? [segment(9.5, [what, 'warning'])] : []))
  ]
}
