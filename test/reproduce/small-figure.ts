/** A figure that is computed at once: the squares of 0 … 5, and the claim that they are less than 100. */
import type { Crew } from '../../src/cells/crew.ts'
import { atMost, check } from '../../src/reproduce/expect.ts'
import type { Figure } from '../../src/reproduce/figure.ts'

export const squares: Figure<number, number> = {
  name: 'squares',
  title: 'Squares of numbers.',
  paper: 'Anybody, long ago',
  settings: quick => [quick ? 'Numbers 0 … 2.' : 'Numbers 0 … 5.'],
  cells: quick => Array.from({ length: quick ? 3 : 6 }, (_, settings) => ({ settings, seconds: 1 })),
  compute: x => x * x,
  judge: done => ({
    claims: [
      {
        claim: 'they are less than 100',
        checks: done.map(({ settings, result }) => check(`of ${settings}`, result, atMost(100, 'derived', 0)))
      }
    ],
    panels: [
      {
        title: 'squares',
        x: { label: 'x', log: false },
        y: { label: 'x²', log: false },
        series: [
          {
            name: 'squares',
            colour: 0,
            style: 'line',
            points: done.map(({ settings, result }) => [settings, result])
          }
        ]
      }
    ],
    notes: []
  })
}

export const wrong: Figure<number, number> = { ...squares, name: 'wrong', compute: x => 100 + x }

/** Somebody who computes in this thread, and tells of each cell before. */
export const alone =
  (figure: Figure<number, number>, onCell: (settings: unknown) => void = () => {}) =>
  (): Crew => ({
    size: 1,
    async compute(settings) {
      onCell(settings)
      return figure.compute(settings as number)
    },
    dismiss: async () => {}
  })
