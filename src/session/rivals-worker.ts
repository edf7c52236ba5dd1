/** The thread that rivals run in beside a run: orders in, news out. An order is taken in between two rounds of a rival. */
import { setImmediate as turn } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { AggregationSpec } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import { plainError } from '../core/errors.ts'
import type { Verdict } from '../running-swarm.ts'
import { settingOf } from '../setting.ts'
import { giveWay } from './give-way.ts'
import { Rivals } from './rivals.ts'
import type { RivalsOrder, RivalsReport, RivalsRequest } from './rivals-protocol.ts'

/** For so long it works without looking for orders. */
const SLICE_MS = 20
giveWay()

const port = present(parentPort, 'the port of the thread that started this one')
const post = (report: RivalsReport): void => port.postMessage(report)

const orders: RivalsOrder[] = []
let wake: () => void = () => {}
port.on('message', (order: RivalsOrder) => {
  orders.push(order)
  wake()
})

let sliceEndsMs = 0

/** `stop` as soon as there are orders to be taken. */
function mayGoOn(): Verdict | Promise<Verdict> {
  return performance.now() < sliceEndsMs ? 'go' : lookedUp()
}

async function lookedUp(): Promise<Verdict> {
  await turn()
  sliceEndsMs = performance.now() + SLICE_MS
  return orders.length === 0 ? 'go' : 'stop'
}

async function work({ experiment, past }: RivalsRequest): Promise<void> {
  const rivals = new Rivals(settingOf(experiment), past, () => performance.now() / 1000)
  /** The round that was asked for last, and whether it has been told. */
  let asked = 0
  let isTold = true
  let finish: number | undefined
  /** An inspection keeps its round: it would never get there if it followed those that are asked for later. */
  const inspections = new Map<AggregationSpec, { readonly peer: number; readonly round: number }>()

  function take(order: RivalsOrder): void {
    switch (order.kind) {
      case 'advance':
        asked = order.round
        isTold = false
        return
      case 'learn':
        rivals.learn(order.past)
        return
      case 'inspect': {
        const { aggregation, peer } = order
        inspections.set(aggregation, { peer, round: inspections.get(aggregation)?.round ?? asked })
        return
      }
      case 'finish':
        finish = order.round
        if (asked < finish) {
          asked = finish
          isTold = false
        }
    }
  }

  for (;;) {
    for (const order of orders.splice(0)) take(order)
    const [inspection] = inspections
    if (inspection !== undefined) {
      const [aggregation, { peer, round }] = inspection
      const inspected = await rivals.inspect(aggregation, peer, Math.min(round, asked), mayGoOn)
      if (inspected === undefined) continue
      inspections.delete(aggregation)
      post({ kind: 'inspected', aggregation, ...inspected })
    } else if (!isTold) {
      const news = await rivals.advance(asked, mayGoOn)
      if (news === undefined) continue
      isTold = true
      post({ kind: 'rivals', round: asked, rivals: news })
    } else if (finish !== undefined) {
      post({ kind: 'compared', compared: rivals.results(finish) })
      finish = undefined
    } else {
      await new Promise<void>(resolve => {
        wake = resolve
        if (orders.length > 0) resolve()
      })
    }
  }
}

try {
  await work(workerData as RivalsRequest)
} catch (error) {
  post({ kind: 'failed', error: plainError(error) })
  port.close()
}
