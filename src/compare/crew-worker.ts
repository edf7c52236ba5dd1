/** A thread that computes runs of a comparison: settings in, columns out. */
import { parentPort } from 'node:worker_threads'
import { answerWith } from '../cells/crew.ts'
import { present } from '../core/assert.ts'
import { type ContestSettings, contest } from './contest.ts'

answerWith(present(parentPort, 'the port of the thread that started this one'), settings =>
  contest(settings as ContestSettings, () => performance.now() / 1000)
)
