/** Follows a run with a line of progress on stderr. */
import type { Outcome, SessionNews } from '../session/protocol.ts'
import { startSession } from '../session/start.ts'
import { onSignals } from './on-signals.ts'
import { type Progress, progressLine } from './progress.ts'
import { type RunRequest, sessionRequestOf } from './run-request.ts'

/** What became of a run, and whether the user ended it. */
export interface Followed {
  readonly outcome: Outcome
  readonly isInterrupted: boolean
}

/** A first signal stops the run after its round, a second one ends the process. */
export async function runWithProgress(request: RunRequest): Promise<Followed> {
  const { experiment, notes, pace } = request
  const progress = progressLine(experiment, process.stderr)
  for (const note of notes) progress.say(note)
  const session = startSession(sessionRequestOf(request, false), news => show(news, progress))
  if (pace !== null) session.send({ kind: 'pace', roundsPerSecond: pace })
  let isInterrupted = false
  const off = onSignals(() => {
    isInterrupted = true
    progress.say('stopping after this round; again to stop at once')
    session.send({ kind: 'stop' })
  })
  try {
    const outcome = await session.outcome
    return { outcome, isInterrupted }
  } finally {
    progress.end()
    off()
    // Whatever libp2p still has in hand ends here.
    await session.terminate()
  }
}

function show(news: SessionNews, progress: Progress): void {
  switch (news.kind) {
    case 'note':
      progress.say(news.text)
      break
    case 'opening':
      progress.opening(news.connected, news.connections)
      break
    case 'progress':
      progress.update(news.round, news.sample)
      break
    case 'waiting':
      progress.waiting(news.for)
      break
    case 'comparing': {
      const { aggregation } = news
      progress.say(`simulating ${aggregation === 'none' ? 'each alone' : aggregation} to compare with …`)
    }
  }
}
