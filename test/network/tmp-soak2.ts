import { receiversOf } from '../../src/core/links.ts'
import { libp2pNetwork } from '../../src/network/libp2p/network.ts'
import { absent, complete, outboxOf, planOf } from './libp2p/plans.ts'

const plan = planOf(complete(6), 50)
const all = new Map<number, string[]>()
const met = Promise.withResolvers<any>()
let n = 0
const meet = (own: any) => {
  for (const [k, v] of own) all.set(k, v)
  if (++n === 2) met.resolve(all)
  return met.promise
}
const mk = (first: number, last: number) =>
  libp2pNetwork(plan, { swarm: 'x', seed: '1', deadlineMs: 3000, hosted: { first, last }, meet })
const parts = [mk(0, 3), mk(3, 6)]
await Promise.all(parts.map(p => p.open()))
const { senders } = plan.hops[0]!
const receivers = receiversOf(plan.hops[0]!)
let slow = 0
async function play(part: (typeof parts)[0], first: number, last: number) {
  let round = 0
  const down = new Set<number>()
  const ex = async () => {
    const links = Uint8Array.from(senders, (s, k) => (down.has(s) || down.has(receivers[k]!) ? 3 : 0))
    if (process.env.LOG && Math.abs(round - Number(process.env.LOG)) < 4)
      console.log(performance.now().toFixed(1), 'part', first, 'exchange', round)
    const inbox = await part.exchange(round, 0, outboxOf(plan, round), {
      links,
      durationMs: 0,
      waitedFor: []
    })
    const bad = absent(inbox).filter(k => links[k] === 0 && receivers[k]! >= first && receivers[k]! < last)
    if (bad.length)
      console.log(
        'ABSENT',
        first,
        round,
        bad.map(k => `${senders[k]}->${receivers[k]}`),
        [...down]
      )
    round++
  }
  let seed = 7
  const rnd = (n: number) => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 8) % n
  for (let c = 0; c < 200; c++) {
    for (let r = Number(process.env.GAP ?? 0) + rnd(4); r >= 0; r--) await ex()
    for (let e = rnd(Number(process.env.EVENTS ?? 1)); e >= 0; e--) {
      const p = rnd(6)
      const t1 = performance.now()
      if (process.env.LOG && Math.abs(round - Number(process.env.LOG)) < 4)
        console.log(
          performance.now().toFixed(1),
          'part',
          first,
          'event at',
          round,
          p,
          down.has(p) ? 'start' : 'stop'
        )
      if (down.has(p)) {
        await part.start(p)
        down.delete(p)
      } else if (down.size < 4) {
        const hows = (process.env.HOW ?? 'closed,killed,frozen').split(',') as 'closed'[]
        const how = hows[rnd(hows.length)]!
        await part.stop(p, how)
        down.add(p)
      }
      if (performance.now() - t1 > 900) {
        slow++
        console.log('slow', first, c, p, performance.now() - t1)
      }
    }
  }
  console.log('done', first, round, [...part.traffic.missing], [...part.traffic.waitedFor])
}
await Promise.all([play(parts[0]!, 0, 3), play(parts[1]!, 3, 6)])
console.log('slow', slow)
await Promise.all(parts.map(p => p.close()))
