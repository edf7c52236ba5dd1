/** The last line of a comparison's screen: its keys, or the question whether to leave. */
import { beforeEnd, type Line } from '../panels/block.ts'
import { pressed } from '../panels/question.ts'
import type { Piece } from '../surface.ts'
import { CONTEST_BINDINGS } from './keys.ts'
import type { ContestScene } from './scene.ts'
import type { ContestView } from './view.ts'

const GAP = '  '

/** In at most `width` cells; the way out is always there. */
export function contestFooter(scene: ContestScene, { isAsked }: ContestView, width: number): Line {
  if (isAsked && !scene.isOver) {
    return pressed('it is not over: ', [
      ['q', 'again ends it; what is done is kept'],
      ['esc', 'go on']
    ])
  }
  const items = CONTEST_BINDINGS.flatMap(({ shown, isOf }): Piece[][] =>
    shown === undefined || isOf?.(scene) === false
      ? []
      : [
          [
            [shown[0], 'key'],
            [` ${shown[1]}`, 'dim']
          ]
        ]
  )
  return beforeEnd(items.slice(0, -1), items.at(-1) ?? [], GAP, width)
}
