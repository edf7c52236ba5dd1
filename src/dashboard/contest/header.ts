/** The top of a comparison's screen: what is computed, how far it is, and which problems there are. */
import { count, duration } from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import { shortenedTo } from '../figures.ts'
import { bar, PRODUCT } from '../progress-bar.ts'
import { fitted, type Segment, segment, shortening } from '../segments.ts'
import type { Area, Piece } from '../surface.ts'
import type { ContestScene, Phase } from './scene.ts'
import type { ContestView } from './view.ts'

const GAP = 2

/** Two lines, and one with a tab per problem if there are several. */
export const contestHeaderRows = ({ problems }: ContestScene): number => (problems.length > 1 ? 3 : 2)

/** On an area of `contestHeaderRows` lines. */
export function drawContestHeader(area: Area, scene: ContestScene, view: ContestView): void {
  area.pieces(0, 0, fitted(identity(scene), area.width, GAP))
  area.pieces(0, 1, fitted(progress(scene, area), area.width, GAP))
  if (scene.problems.length > 1) drawTabs(area.part(0, 2, area.width, 1), scene, view)
}

const PHASES: Readonly<Record<Phase, readonly [long: string, short: string]>> = {
  given: ['with the given step size', 'given step size'],
  modelled: ['in the simulator, for the bytes', 'in the simulator'],
  tuning: ['looking for the best step sizes', 'best step sizes?'],
  tuned: ['with the best step size of each', 'best step sizes']
}

/** `part 2 of 3: looking for the best step sizes`, or less. */
export function phaseForms({ phase, part, parts }: ContestScene): string[] {
  const [long, short] = PHASES[phase]
  return parts === 1 ? [long, short] : [`part ${part} of ${parts}: ${long}`, `${part}/${parts} ${short}`]
}

function identity({ name, problems, seeds, price }: ContestScene): Segment[] {
  const contenders = Math.max(0, ...problems.map(({ rows }) => rows.length))
  const facts = [counted(contenders, 'contender'), counted(seeds, 'seed'), `seconds at ${price}`]
  return [
    segment(9.9, [PRODUCT, 'title']),
    segment(9.5, ['compare', 'text']),
    shortening(
      9.8,
      'strong',
      [60, 40, 20].map(width => shortenedTo(name, width))
    ),
    shortening(
      9.1,
      'dim',
      facts.map((_, less) => facts.slice(0, facts.length - less).join(' · '))
    )
  ]
}

function progress(scene: ContestScene, area: Area): Segment[] {
  const { isOver, done, cells, fraction, passedSeconds } = scene
  const { glyphs } = area
  const runsDone = count(done).padStart(count(cells).length)
  const status: Piece = isOver ? ['● finished', 'strong'] : [`${glyphs.running} running`, 'good']
  return [
    segment(9.9, [status[0].padEnd(PRODUCT.length), status[1]]),
    shortening(9.8, 'text', phaseForms(scene)),
    bar(isOver ? 1 : fraction, area),
    shortening(9.7, 'strong', [`${runsDone} of ${count(cells)} runs`, `${runsDone}/${count(cells)}`]),
    shortening(9.6, 'text', timeForms(scene, roughly(passedSeconds)))
  ]
}

/** A tenth of a second is nothing here. */
const roughly = (seconds: number): string => duration(Math.max(0.1, seconds))

function timeForms({ isOver, secondsToGo, parts }: ContestScene, passed: string): string[] {
  if (isOver || secondsToGo === undefined) return [`${passed} passed`]
  const toGo = `${roughly(secondsToGo)} to go`
  const long = `${passed} passed · about ${toGo}`
  return [...(parts > 1 ? [`${long} in this part`] : []), long, `${passed} · ${toGo}`]
}

/** Names and how far each is; where there is no room for all, the one that is shown and those beside it. */
function drawTabs(area: Area, { problems }: ContestScene, { problem }: ContestView): void {
  const tabs = problems.map(({ label, done, cells }) => ` ${label} ${count(done)}/${count(cells)} `)
  const segments = tabs.map((text, k): Segment => {
    const forms = [text, ` ${shortenedTo(text.trim(), 20)} `, ` ${k + 1} `]
    return shortening(9 - Math.abs(k - problem) / problems.length, k === problem ? 'strong' : 'dim', forms)
  })
  let at = 0
  for (const [text, style] of fitted(segments, area.width, 1)) {
    const end = area.text(at, 0, text, style)
    if (style === 'strong') area.invert(at, 0, end - at)
    at = end
  }
}
