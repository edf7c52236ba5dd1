/** One phase of a comparison as it is shown: its problems, with the contenders ranked by the runs that are there. */
import type { Comparison, ContestRun } from '../../compare/comparison.ts'
import { bestFirst, standingsOf } from '../../compare/standings.ts'
import type { ContestProblem, ContestRow, Phase } from '../../dashboard/contest/scene.ts'
import { plain } from '../../report/format.ts'
import { MeanOfRuns } from './mean-of-runs.ts'

/** What a contender is called, and which of the letters and colours of its problem it has. */
interface Known {
  readonly name: string
  readonly mark: number
}

/** In these phases contenders differ in their step sizes. */
const WITH_STEPS: ReadonlySet<Phase> = new Set(['tuning', 'tuned'])

/** Of one phase: runs go in, and what is shown of its problems comes out. */
export class LiveStandings {
  readonly #comparison: Comparison
  readonly #known: readonly Known[]
  readonly #runs: ContestRun[] = []
  /** Per contender. */
  readonly #means: readonly MeanOfRuns[]

  constructor(phase: Phase, comparison: Comparison) {
    this.#comparison = comparison
    this.#known = knownIn(comparison, WITH_STEPS.has(phase))
    this.#means = comparison.contenders.map(() => new MeanOfRuns())
  }

  /** How many runs are there. */
  get done(): number {
    return this.#runs.length
  }

  add(run: ContestRun): void {
    this.#runs.push(run)
    this.#means[run.contender]?.add(run)
  }

  /** Ranks all that is there, which takes a while where there are many. */
  problems(): ContestProblem[] {
    const { problems, seeds } = this.#comparison
    return standingsOf(this.#comparison, this.#runs).map(({ problem, standings }): ContestProblem => {
      const { label, metric } = problems[problem]!
      const rows = standings.toSorted(bestFirst(metric === 'return')).map(
        ({ contender, rank, final, spent, runs, diverged }): ContestRow => ({
          ...this.#known[contender]!,
          rank,
          final,
          busiestBytes: spent?.busiestBytes ?? null,
          seconds: spent?.seconds ?? null,
          done: runs,
          diverged,
          curve: this.#means[contender]!.curve
        })
      )
      const done = rows.reduce((sum, row) => sum + row.done, 0)
      return { label, metric, done, cells: seeds.length * rows.length, rows }
    })
  }
}

/** Those of one label in a problem, which then differ in their step sizes, have one mark. */
function knownIn({ problems, contenders }: Comparison, hasSteps: boolean): Known[] {
  const marks = problems.map(() => new Map<string, number>())
  return contenders.map(({ label, problem, experiment }) => {
    const here = marks[problem]!
    const mark = here.get(label) ?? here.size
    here.set(label, mark)
    return { name: hasSteps ? `${label}, step ${plain(experiment.stepSize)}` : label, mark }
  })
}
