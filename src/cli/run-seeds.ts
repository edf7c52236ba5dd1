/** `murmur run --seeds`: the same experiment with several seeds, and one table of what they say together. */
import { present } from '../core/assert.ts'
import { duration } from '../report/format.ts'
import type { Repetitions } from '../report/repetitions.ts'
import { repetitionsJson } from '../report/repetitions-json.ts'
import { repetitionsTable } from '../report/repetitions-table.ts'
import { INTERRUPTED, onSignals } from './on-signals.ts'
import type { SeedsRequest } from './read-seeds.ts'
import { type RepetitionProgress, repeat } from './repeat.ts'
import { statusLine } from './status-line.ts'

const FAILED = 1

/** Returns the exit code: 0, or 1 if a run failed or missed its target, or 130 if it was interrupted. */
export async function runSeedsCommand({ runs, statistic, json }: SeedsRequest): Promise<number> {
  const { experiment, notes, record } = present(runs[0], 'the first run')
  const status = statusLine(process.stderr)
  for (const text of notes) status.say(text)
  const begun = performance.now()
  const repeating = repeat(runs, {
    note: text => status.say(text),
    progress: progress => status.show(inWords(progress, (performance.now() - begun) / 1000))
  })
  let isInterrupted = false
  const off = onSignals(() => {
    isInterrupted = true
    status.say('stopping: what is done is in the table; again to stop at once')
    repeating.stop()
  })
  let found: Pick<Repetitions, 'outcomes' | 'failed'>
  try {
    found = await repeating.outcomes
  } finally {
    status.end()
    off()
  }
  const asked = runs.map(each => each.experiment.seed)
  const repetitions = { experiment, statistic, asked, ...found }
  const isRecorded = record !== null && found.outcomes.length > 0
  process.stdout.write(
    json
      ? `${JSON.stringify(repetitionsJson(repetitions))}\n`
      : `${repetitionsTable(repetitions)}\n${isRecorded ? `\nRecords: a run for each seed, in ${record}\n` : ''}`
  )
  if (isInterrupted) return INTERRUPTED
  return found.failed.length > 0 || found.outcomes.some(each => each.status === 'target-missed') ? FAILED : 0
}

function inWords({ done, runs, fraction, running }: RepetitionProgress, passed: number): string {
  const left =
    fraction > 0 && fraction < 1 ? [`about ${duration((passed * (1 - fraction)) / fraction)} to go`] : []
  const at = running.length > 0 ? [`running seed${running.length > 1 ? 's' : ''} ${running.join(', ')}`] : []
  return [`${done} of ${runs} seeds`, `${Math.floor(100 * fraction)} %`, ...left, ...at].join(' · ')
}
