/** What the map says in words: how many peers are at each level, degrees, links, and who is not well. */
import { LINK } from '../../interfaces.ts'
import { count, figure } from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import { harmsOf, LEVEL_LIMITS, LEVEL_STYLES, worstPeer } from '../reading.ts'
import type { Scene } from '../scene.ts'
import type { Style } from '../styles.ts'
import type { Area, Piece } from '../surface.ts'
import { BACK, CUT, GONE, LATE, levelGlyphs, type Sign, STOPPED } from './map-signs.ts'

export const LEVEL_ROWS = 5
/** More are only counted. */
const MOST_NAMED = 4
const SEPARATOR = ' · '
const ELLIPSIS = ' …'

type Told<Of> = readonly (readonly [of: Of, words: string, style: Style])[]

/** What is told of peers, by what `statesOf` calls it: before what is told of links, and after it. */
const LOST: Told<string> = [
  ['lost', `${GONE} lost`, 'bad'],
  ['lost (frozen)', `${GONE} frozen`, 'bad'],
  ['cut off', 'cut off', 'bad']
]
const UNUSUAL: Told<string> = [
  ['late', `${LATE} late`, 'warning'],
  ['stopped', `${STOPPED} stopped`, 'dim'],
  ['not joined', `${STOPPED} not joined`, 'dim'],
  ['back', `${BACK} back`, 'good']
]
/** By LINK. */
const BROKEN: Told<number> = [
  [LINK.cut, `${CUT} cut`, 'bad'],
  [LINK.lost, 'link lost', 'bad'],
  [LINK.silent, 'silent', 'dim']
]

/** Phrases one after the other, on as many lines as there are; `…` if some do not fit. Returns the column at the end. */
export function flow(area: Area, phrases: readonly Piece[]): number {
  let column = 0
  let row = 0
  let isComplete = true
  for (const [text, style] of phrases) {
    const isLast = row >= area.height - 1
    const room = area.width - column - SEPARATOR.length - (isLast ? ELLIPSIS.length : 0)
    if (column > 0 && [...text].length > room) {
      if (isLast) {
        isComplete = false
        continue
      }
      row++
      column = 0
    } else if (column > 0) column = area.text(column, row, SEPARATOR, 'dim')
    column = area.text(column, row, text, style)
  }
  return isComplete ? column : area.text(column, row, ELLIPSIS, 'dim')
}

/** Who and what is not as it should be, the gravest first, and who is worst. */
export function remarksOf(area: Area, scene: Scene, signs: readonly Sign[]): Piece[] {
  const who = new Map<string, string[]>([...LOST, ...UNUSUAL].map(([state]) => [state, []]))
  for (const [i, { state }] of signs.entries())
    who.get(state.text)?.push(i < scene.experiment.peers ? `${i}` : 'hub')
  const peers = (told: Told<string>): Piece[] =>
    told.flatMap(([state, words, style]) => {
      const names = who.get(state) ?? []
      return remark(words, names.length, () => names, 'peers', style)
    })
  const counts = linkCounts(scene)
  const links = BROKEN.flatMap(([link, words, style]) =>
    remark(words, counts[link]!, () => edgesThatAre(scene, link), 'links', style)
  )
  const worst = worstPeer(scene)
  const worstOfAll: Piece[] = worst === undefined ? [] : [[`${area.glyphs.up} worst ${worst}`, 'text']]
  return [...peers(LOST), ...links, ...peers(UNUSUAL), ...worstOfAll]
}

/** "lost 3, 9", "lost 12 peers", or nothing. */
function remark(
  words: string,
  found: number,
  names: () => readonly string[],
  what: string,
  style: Style
): Piece[] {
  if (found === 0) return []
  return [[`${words} ${found <= MOST_NAMED ? names().join(', ') : `${count(found)} ${what}`}`, style]]
}

/** How many links are in each state, by LINK; none before the first look. */
function linkCounts({ now }: Scene): number[] {
  const counts = [0, 0, 0, 0, 0]
  for (const link of now?.links ?? []) counts[link] = (counts[link] ?? 0) + 1
  return counts
}

const edgesThatAre = ({ stage, now }: Scene, link: number): string[] =>
  (stage?.edges ?? []).filter((_, k) => now?.links[k] === link).map(([i, j]) => `${i}–${j}`)

/** Who is worst, and who comes next, in at most `width` characters. */
export function worstPhrase(scene: Scene, width: number): Piece[] {
  const [worst, ...next] = worstPeers(scene, MOST_NAMED)
  if (worst === undefined) return []
  let text = `worst ${worst}`
  for (const peer of next) if (text.length + `, ${peer}`.length <= width) text += `, ${peer}`
  return [[text, 'text']]
}

/** The peers with the largest errors, or the least returns, the worst first. */
function worstPeers(scene: Scene, most: number): number[] {
  const errors = harmsOf(scene)
  const worst: number[] = []
  for (let i = 0; i < errors.length; i++) {
    if (Number.isNaN(errors[i]!)) continue
    let at = worst.length
    while (at > 0 && errors[worst[at - 1]!]! < errors[i]!) at--
    if (at < most) worst.splice(at, 0, i)
    if (worst.length > most) worst.pop()
  }
  return worst
}

/** What the levels look like and mean, in one line; as much of it as there is room for. */
export function drawLegend(area: Area, scene: Scene): void {
  const glyphs = levelGlyphs(area)
  const swarm = figure(scene.now?.sample?.swarm.consensusError)
  const openings = [`consensus error of a peer beside the swarm's ${swarm}:`, `consensus ÷ ${swarm}:`, '']
  const gap = (text: string): string => (text === '' ? '' : `${text} `)
  const spaced = LEVEL_LIMITS.map(
    (limit, level) => [`${glyphs[level]} ${limit}`, LEVEL_STYLES[level]!] as const
  )
  const dense = LEVEL_LIMITS.map(
    (limit, level) => [`${glyphs[level]}${limit}`, LEVEL_STYLES[level]!] as const
  )
  const widthOf = (text: string, levels: readonly Piece[]): number =>
    gap(text).length + levels.reduce((sum, [level]) => sum + level.length + 1, -1)
  const [opening, levels] = openings
    .flatMap(text => [[text, spaced] as const, [text, dense] as const])
    .find(([text, levels]) => widthOf(text, levels) <= area.width) ?? ['', []]
  let column = area.text(0, 0, gap(opening), 'dim')
  for (const [text, style] of levels) column = area.text(column, 0, text, style) + 1
}

/** How many peers are at each level: five lines, with a bar where there is room. */
export function drawLevels(area: Area, signs: readonly Sign[]): void {
  const counts = levelCounts(signs)
  const most = Math.max(1, ...counts)
  const bar = area.width - 10 - count(most).length
  for (const [level, glyph] of levelGlyphs(area).entries()) {
    const peers = counts[level]!
    const style = LEVEL_STYLES[level]!
    area.text(0, level, `${glyph} ${LEVEL_LIMITS[level]}`, style)
    area.text(9, level, area.glyphs.full.repeat(Math.max(0, Math.ceil((peers / most) * bar))), style)
    area.textEndingAt(area.width, level, count(peers))
  }
}

/** How many participants are at each level. */
function levelCounts(signs: readonly Sign[]): number[] {
  const counts = [0, 0, 0, 0, 0]
  for (const { level } of signs) if (level >= 0) counts[level]!++
  return counts
}

/** How many edges a peer has, and how many of all carry messages. */
export function edgePhrases(scene: Scene): Piece[] {
  const phrases: Piece[] = []
  const { edges = [], participants = 0 } = scene.stage ?? {}
  if (edges.length > 0) phrases.push([degreesInWords(edges, participants, scene.experiment.peers), 'text'])
  if (edges.length > 0 && scene.now !== undefined) {
    const counts = linkCounts(scene)
    const carrying = counts[LINK.carries]!
    phrases.push([carrying === edges.length ? 'all links carry' : carry(carrying), 'text'])
    if (counts[LINK.idle]! > 0) phrases.push([`${count(counts[LINK.idle]!)} idle`, 'dim'])
  }
  return phrases
}

const carry = (links: number): string => `${counted(links, 'link')} ${links === 1 ? 'carries' : 'carry'}`

function degreesInWords(
  edges: readonly (readonly [number, number])[],
  participants: number,
  peers: number
): string {
  const degrees = new Uint32Array(participants)
  for (const [i, j] of edges) {
    degrees[i]!++
    degrees[j]!++
  }
  let least = Number.POSITIVE_INFINITY
  let most = 0
  let sum = 0
  for (const degree of degrees.subarray(0, peers)) {
    least = Math.min(least, degree)
    most = Math.max(most, degree)
    sum += degree
  }
  return least === most ? `degree ${most}` : `degree ${least}–${most}, mean ${figure(sum / peers)}`
}
