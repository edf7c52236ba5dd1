/** Follows a run on the dashboard. */
import { type Dashboard, openDashboard } from '../dashboard/dashboard.ts'
import { capabilitiesOf } from '../dashboard/terminal.ts'
import type { SessionNews } from '../session/protocol.ts'
import { startSession } from '../session/start.ts'
import { INTERRUPTED, onSignals } from './on-signals.ts'
import { type RunRequest, sessionRequestOf } from './run-request.ts'
import type { Followed } from './run-with-progress.ts'

/** The screen stays when the run has ended, until it is left; who leaves before ends the run. */
export async function runOnScreen(request: RunRequest): Promise<Followed> {
  const { experiment, notes, pace, symbols } = request
  const early: SessionNews[] = notes.map(text => ({ kind: 'note', text }))
  let dashboard: Dashboard | undefined
  let begun: () => void = () => {}
  const begins = new Promise<void>(resolve => {
    begun = resolve
  })
  const session = startSession(sessionRequestOf(request, true), news => {
    if (dashboard === undefined) early.push(news)
    else dashboard.hear(news)
    if (news.kind !== 'note') begun()
  })
  if (pace !== null) session.send({ kind: 'pace', roundsPerSecond: pace })
  let isOver = false
  let isLeft = false
  let isInterrupted = false
  const stop = (): void => {
    isInterrupted = !isOver
    session.send({ kind: 'stop' })
  }
  const signalled = Promise.withResolvers<void>()
  const off = onSignals(() => {
    // Who left has asked before.
    if (isLeft) process.exit(INTERRUPTED)
    stop()
    signalled.resolve()
  })
  try {
    // What cannot be run is said on the normal screen.
    await Promise.race([begins, session.outcome, signalled.promise])
    if (!isInterrupted) {
      dashboard = await openDashboard({
        experiment,
        isRecord: false,
        capabilities: capabilitiesOf(process.env, symbols),
        send: command => session.send(command)
      })
      for (const news of early) dashboard.hear(news)
    }
    const outcome = session.outcome.then(ended => {
      isOver = true
      dashboard?.end(ended.status)
      return ended
    })
    outcome.catch(() => {})
    const left = Promise.race([dashboard?.left, signalled.promise])
    await Promise.race([left, outcome])
    if (isOver) await left
    isLeft = true
    await dashboard?.close()
    if (!isOver) {
      stop()
      process.stderr.write('stopping after this round; ctrl-c to stop at once\n')
    }
    return { outcome: await outcome, isInterrupted }
  } catch (error) {
    await dashboard?.close()
    // The dashboard failed, or the run: then there is nothing to wait for.
    session.send({ kind: 'stop' })
    await session.outcome.catch(() => {})
    throw error
  } finally {
    off()
    await session.terminate()
  }
}
