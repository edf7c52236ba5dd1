/** How to read the screen: what its figures, letters and marks mean. */
import { isCorrected, usesHub } from '../../aggregation/names.ts'
import { chartedNow, curvesOf } from '../curves.ts'
import { LEVEL_LIMITS, LEVEL_STYLES, measureOf } from '../reading.ts'
import type { Scene } from '../scene.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import type { Line } from './block.ts'
import { BACK, CUT, GONE, LATE, levelGlyphs, STOPPED } from './map-signs.ts'

export interface Explanation {
  readonly term: Piece
  /** May be empty. */
  readonly text: string
  /** Signs, each with what it stands for. */
  readonly marks: readonly Line[]
}

/** From what is needed first to what can be guessed. */
export function guideOf(area: Area, scene: Scene, view: View): Explanation[] {
  const { experiment, stage, longRun, now } = scene
  const isPolicy = measureOf(scene) === 'return'
  const isExact = (now?.sample?.swarm.valueGap ?? null) !== null
  const isScore = stage?.measures === 'score'
  const hasServer = scene.rivals.some(({ aggregation }) => usesHub(aggregation))
  const explained = (term: Piece, text: string, marks: readonly Line[] = []): Explanation => ({
    term,
    text,
    marks
  })
  const mark = (sign: string, style: Piece[1], meaning: string): Line => [
    [sign, style],
    [` ${meaning}`, 'dim']
  ]
  return [
    ...(isPolicy
      ? [
          explained(
            ['return', 'here'],
            `what a peer's policy earns in its own environment${isScore ? ', undiscounted, in the mean of a few episodes' : ''}; the swarm's is the mean`
          ),
          ...(isExact
            ? [
                explained(
                  ['value gap', 'dim'],
                  'how far the values of that policy are from the best there, weighted by where episodes start'
                )
              ]
            : [])
        ]
      : [
          explained(
            ['value error', 'here'],
            "how far a peer's values are from the exact ones of its own environment, weighted by how often it visits each state"
          )
        ]),
    explained(
      ['gain from federation', 'alone'],
      isPolicy
        ? 'return here − return of learning alone, with the same seed: above 0 federation helps'
        : 'value error of learning alone, with the same seed and samples, ÷ value error here: above 1 federation helps'
    ),
    ...(hasServer
      ? [
          explained(
            ['server', 'server'],
            `star federation, where a hub averages all: ${isPolicy ? 'return here − return there' : 'value error here ÷ value error there'}`
          )
        ]
      : []),
    ...(stage?.rivals.length === 0
      ? []
      : [
          explained(
            ['at round', 'dim'],
            'who is compared with is simulated beside the run, and may be behind it: all figures after this are of that round'
          )
        ]),
    explained(['consensus error', 'consensus'], "how far the peers' parameters are from their mean"),
    ...(isPolicy
      ? [
          explained(
            ['policies apart', 'strong'],
            "how far a peer's policy is from the mean of all: the share of chances that differ; press m on the chart"
          ),
          explained(
            ['entropy', 'strong'],
            'how undecided policies are: 0 where all is certain; press m on the chart'
          )
        ]
      : [
          explained(
            ['fixed point', 'fixedPoint'],
            "how far parameters are from θ*, the exact solution of the federation's problem"
          )
        ]),
    explained(
      ['worst peer', 'strong'],
      `of those that take part the one with the ${isPolicy ? 'least return' : 'largest value error'}`
    ),
    ...(isCorrected(experiment.aggregation)
      ? [explained(['‖Σξ‖', 'dim'], 'what the corrections of all peers add up to; it should be 0')]
      : []),
    explained(['levels', 'strong'], "consensus error of a peer beside the swarm's", [
      ...levelGlyphs(area).map((glyph, level) =>
        mark(glyph, LEVEL_STYLES[level] ?? 'text', LEVEL_LIMITS[level] ?? '')
      )
    ]),
    explained(['marks of the map', 'strong'], '', [
      mark(GONE, 'bad', 'lost'),
      mark(STOPPED, 'dim', 'stopped'),
      mark(CUT, 'bad', 'cut'),
      mark(LATE, 'warning', 'late'),
      mark(BACK, 'good', 'back'),
      mark(area.glyphs.up, 'bad', 'worst')
    ]),
    explained(['letters of the chart', 'strong'], '', [
      ...curvesOf(scene, chartedNow(scene, view)).map(({ letter, style, name }) => mark(letter, style, name)),
      ...(stage?.predicted ? [mark('p', 'predicted', 'what theory says without noise')] : []),
      ...(longRun === undefined ? [] : [mark('l', 'predicted', 'what it says of the long run with noise')])
    ]),
    explained(['marks of the log', 'strong'], '', [
      mark('!', 'warning', 'a fault, planned or asked for'),
      mark('×', 'bad', 'trouble that nobody planned')
    ])
  ]
}
