/** The thread in which it is computed how samples scatter in the long run, which takes seconds: an experiment in, one answer out. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Experiment } from '../experiment/schema.ts'
import { stationaryErrors } from '../prediction/forecast.ts'
import { isUnknown } from '../prediction/subject.ts'
import { settingOf } from '../setting.ts'
import { giveWay } from './give-way.ts'
import type { SessionNews } from './protocol.ts'

giveWay()
const found = stationaryErrors(settingOf(workerData as Experiment))
const news: SessionNews | undefined = isUnknown(found)
  ? undefined
  : { kind: 'foretold', longRun: found.swarm }
if (news !== undefined) parentPort?.postMessage(news)
