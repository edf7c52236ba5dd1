/**
 * A process that hosts some of the peers: its own learners, nodes and round loop. It needs nobody's leave to go on, except
 * where it was told to wait; it reports what it measured, and forgets it.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { assert, present } from '../core/assert.ts'
import { plainError } from '../core/errors.ts'
import { networkOf } from '../network/index.ts'
import { heldUpBy, type Verdict } from '../running-swarm.ts'
import { settingOf, swarmOf } from '../setting.ts'
import type { Swarm } from '../swarm.ts'
import type { Addresses, Order, PartRequest, Report } from './protocol.ts'

const WATCH_MS = 500

type Go = Extract<Order, { kind: 'go' }>

class Part {
  /** Where it is to wait next; who slept past it waits at once. */
  #holdAt: number | undefined
  #begun = 0
  #swarm: Swarm | undefined
  #meet: (addresses: Addresses) => void = () => {}
  #go: (order: Go) => void = () => {}

  obey(order: Order): void {
    switch (order.kind) {
      case 'begin':
        this.#run(order.request).catch((error: unknown) => {
          post({ kind: 'failed', error: plainError(error) })
        })
        return
      case 'addresses':
        this.#meet(order.addresses)
        return
      case 'hold':
        if (order.at < this.#begun) post({ kind: 'passed', begun: this.#begun })
        else this.#holdAt = order.at
        return
      case 'state':
        post({ kind: 'state', state: present(this.#swarm, 'the swarm').state() })
        return
      case 'go':
        for (const event of order.events) this.#swarm?.learn(event)
        this.#holdAt = order.until
        this.#go(order)
        return
      case 'inspect':
        post({ kind: 'inspected', report: present(this.#swarm, 'the swarm').inspect(order.peer) })
    }
  }

  async #run(request: PartRequest): Promise<void> {
    const { experiment, hosted, base, commanded, inStep } = request
    const { rounds, measureEvery, aggregation } = experiment
    const setting = settingOf(experiment)
    const met = new Promise<Addresses>(resolve => {
      this.#meet = resolve
    })
    const swarm = await swarmOf(
      setting,
      aggregation,
      plan =>
        networkOf(experiment, plan, {
          hosted,
          ports: request.ports,
          swarmKey: request.swarmKey,
          onProgress: (connected, connections) => post({ kind: 'opening', connected, connections }),
          meet: own => {
            post({ kind: 'listening', addresses: own })
            return met
          }
        }),
      { past: { commanded }, part: hosted, blind: true }
    )
    this.#swarm = swarm
    if (base !== undefined) swarm.restore(base)
    await swarm.open()
    await swarm.skipTo(request.round)
    this.#begun = request.round
    this.#holdAt = request.round

    const mayRun = (round: number): boolean =>
      round < (this.#holdAt ?? Number.POSITIVE_INFINITY) &&
      !(inStep && round > request.round && round % measureEvery === 0)
    const wait = async (): Promise<Verdict> => ((await this.#held(swarm)).stop ? 'stop' : 'go')
    const proceed = (verdict: Verdict): Verdict => {
      if (verdict === 'go') this.#begun = swarm.round + 1
      return verdict
    }
    const waitedFor = heldUpBy(swarm)
    const watching = setInterval(() => {
      const senders = waitedFor()
      if (senders.length > 0) post({ kind: 'waiting', for: senders })
    }, WATCH_MS)
    try {
      const samples = swarm.run({
        rounds,
        measureEvery,
        // Orders are read between turns of the event loop, also where no network makes one.
        beforeRound: async () => {
          if (aggregation === 'none') await turn()
          return proceed(mayRun(swarm.round) ? 'go' : await wait())
        },
        onMissing: (round, hop, links) => post({ kind: 'missing', round, hop, links }),
        onSkipped: (from, to) => post({ kind: 'skipped', from, to }),
        clock: () => 0
      })
      for await (const { round, traffic } of samples) {
        const rows = swarm.rowsOf(hosted)
        post({
          kind: 'rows',
          rows: { round, ...rows, traffic: swarm.traffic, virtualMs: traffic.virtualMs }
        })
      }
      post({ kind: 'done', state: swarm.state() })
    } finally {
      clearInterval(watching)
    }
  }

  #held(swarm: Swarm): Promise<Go> {
    return new Promise(resolve => {
      this.#go = resolve
      post({ kind: 'held', round: swarm.round })
    })
  }
}

function post(report: Report): void {
  process.send?.(report)
}

assert(process.send !== undefined, 'a part is started by a coordinator')
const part = new Part()
process.on('message', order => part.obey(order as Order))
// The coordinator decides what an interrupt means; without it there is nothing left to do.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
process.on('disconnect', () => process.exit())
