/** The other side of `long-run-worker.ts`. */
import type { Experiment } from '../experiment/schema.ts'
import type { SessionNews, Stage } from './protocol.ts'
import { endThread, startThread } from './thread.ts'

/**
 * Starts to compute how samples scatter in the long run, where they do and the mean path is known; tells it as the news `foretold`, if it is
 * found. Returns what ends that at once.
 */
export function foretell(
  experiment: Experiment,
  { predicted }: Pick<Stage, 'predicted'>,
  onNews: (news: SessionNews) => void
): () => Promise<void> {
  const { sampling, averaging } = experiment
  if (predicted === null || sampling === 'expected' || averaging !== 'none') return async () => {}
  const note = (text: string): void => onNews({ kind: 'note', text })
  const worker = startThread('long-run-worker', experiment, note)
  worker.on('message', onNews)
  worker.on('error', ({ message }) => note(`the prediction ended: ${message}`))
  return () => endThread(worker)
}
