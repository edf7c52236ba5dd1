/** The question that is asked in the last line, and what was typed so far. */
import { neighboursOf } from '../prompts.ts'
import type { Scene } from '../scene.ts'
import type { Piece } from '../surface.ts'
import type { Prompt } from '../view.ts'
import { type Line, lineWidth } from './block.ts'

/** A key and what it answers. */
type Choice = readonly [key: string, answer: string]

/** A question that is answered by typing: the longest of its hints that has room is given. */
interface Typed {
  readonly lead: string
  readonly hints: readonly string[]
  readonly choices: readonly Choice[]
}

const NO: Choice = ['esc', 'no']
const OK: Choice = ['enter', 'ok']

/** Within `width` cells, where an answer is typed: it stays, with what is wrong with it. */
export function questionLine(scene: Scene, prompt: Prompt, width: number): Line {
  const { kind, peer } = prompt
  switch (kind) {
    case 'stop':
      return pressed(`stop peer ${peer}: `, [['c', 'close'], ['k', 'kill'], ['f', 'freeze'], NO])
    case 'return':
      return pressed(`peer ${peer} returns: `, [['k', 'with its state'], ['n', 'with nothing'], NO])
    case 'quit':
      return scene.status === 'comparing'
        ? pressed('the comparison is not over: ', [
            ['q', 'leave without it'],
            ['esc', 'wait']
          ])
        : pressed('the run is not over: ', [
            ['q', 'stop it and leave'],
            ['esc', 'go on']
          ])
    case 'link':
      return typed(
        {
          lead: `link of peer ${peer} to cut or heal: `,
          hints: neighbourHints(scene, peer, width),
          choices: [OK, NO]
        },
        prompt,
        width
      )
    case 'loss':
      return typed(
        { lead: 'share of messages to lose, 0 to 0.99: ', hints: [], choices: [OK, NO] },
        prompt,
        width
      )
    case 'filter':
      return typed(
        {
          lead: 'filter: ',
          hints: [],
          choices: [
            ['enter', 'keep'],
            ['esc', 'show all']
          ]
        },
        prompt,
        width
      )
  }
}

/** Who can be named, then fewer of them, then nobody. */
function neighbourHints(scene: Scene, peer: number, width: number): string[] {
  const { peers } = scene.experiment
  const all = neighboursOf(scene, peer)
  if (all.length === 0) return ['it has no neighbours ']
  const names = all.slice(0, width).map(other => (other >= peers ? 'hub' : String(other)))
  const last = names.length === all.length ? '' : ' …'
  return [
    `neighbours ${names.join(' ')}${last}, type a number: `,
    ...names.map((_, k) => {
      const some = names.slice(0, names.length - k)
      return `neighbours ${some.join(' ')}${some.length === all.length ? '' : ' …'}: `
    })
  ]
}

const offered = (choices: readonly Choice[]): Line =>
  choices.flatMap(([key, answer], k): Piece[] => [
    [`${k === 0 ? '' : '  '}${key}`, 'key'],
    [` ${answer}`, 'dim']
  ])

/** A question that is answered by a key. */
export const pressed = (lead: string, choices: readonly Choice[]): Line => [
  [lead, 'strong'],
  ...offered(choices)
]

function typed({ lead, hints, choices }: Typed, { text, problem }: Prompt, width: number): Line {
  const answer: Line = [[`${text}_`, 'text'], ...(problem === '' ? [] : ([[`  ${problem}`, 'bad']] as const))]
  const asked = (hint: string): Line => [[lead, 'strong'], [hint, 'dim'], ...answer]
  const hint = hints.find(each => lineWidth(asked(each)) <= width) ?? ''
  const end: Line = [['  ', 'dim'], ...offered(choices)]
  const line = asked(hint)
  return lineWidth(line) + lineWidth(end) <= width ? [...line, ...end] : endOf(line, width)
}

/** The last `width` cells; the first of them is "…" if there were more. */
function endOf(line: Line, width: number): Line {
  let excess = lineWidth(line) - width
  if (excess <= 0) return line
  excess++
  return [
    ['…', 'dim'],
    ...line.map(([text, style]): Piece => {
      const characters = [...text]
      const rest = characters.slice(Math.min(excess, characters.length))
      excess -= characters.length - rest.length
      return [rest.join(''), style]
    })
  ]
}
