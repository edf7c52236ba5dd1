/** A thread that computes cells of one figure: settings in, results out. */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '../core/assert.ts'
import { plainError } from '../core/errors.ts'
import type { Answer, Task } from './crew.ts'
import { FIGURES } from './index.ts'

const port = present(parentPort, 'the port of the thread that started this one')
const { figure: name } = workerData as Task
const figure = present(
  FIGURES.find(each => each.name === name),
  `the figure ${name}`
)

port.on('message', async (settings: unknown) => {
  let answer: Answer
  try {
    answer = { result: await figure.compute(settings) }
  } catch (error) {
    answer = { error: plainError(error) }
  }
  port.postMessage(answer)
})
