/** A thread that computes cells of one figure: settings in, results out. */
import { parentPort, workerData } from 'node:worker_threads'
import { answerWith } from '../cells/crew.ts'
import { present } from '../core/assert.ts'
import type { Task } from './crew.ts'
import { FIGURES } from './index.ts'

const { figure: name } = workerData as Task
const figure = present(
  FIGURES.find(each => each.name === name),
  `the figure ${name}`
)
answerWith(present(parentPort, 'the port of the thread that started this one'), settings =>
  figure.compute(settings)
)
