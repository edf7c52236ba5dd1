/** What a screen reader is given: the scene in sentences, the selected peer, what happened last, and what can be pressed. */
import { count, figure } from '../report/format.ts'
import { NAMES } from '../report/measures.ts'
import { drawFooter } from './panels/footer.ts'
import { measureOf, statesOf } from './reading.ts'
import type { Scene } from './scene.ts'
import { summaryOf } from './summary.ts'
import { Surface } from './surface.ts'
import type { View } from './view.ts'

const FOOTER_WIDTH = 160

/** One line for each of them. */
export function spokenOf(scene: Scene, view: View): string {
  const footer = new Surface(FOOTER_WIDTH, 1, 'braille')
  drawFooter(footer.area, scene, view)
  return [summaryOf(scene), ...selectedIn(scene, view), ...lastIn(scene), footer.text].join('\n')
}

function selectedIn(scene: Scene, { selected }: View): string[] {
  const { stage, now } = scene
  const sample = now?.sample
  if (sample === undefined) return []
  const metric = measureOf(scene)
  const label = stage?.labels[selected]
  const state = statesOf(scene)[selected]?.text
  return [
    `Selected is peer ${selected}${label === undefined ? '' : `, ${label}`}: ` +
      `${NAMES[metric]} ${figure(sample.peers[metric]?.[selected])}${state === undefined ? '' : `, ${state}`}.`
  ]
}

function lastIn({ log }: Scene): string[] {
  const last = log.at(-1)
  return last === undefined ? [] : [`Round ${count(last.round)}: ${last.text}.`]
}
