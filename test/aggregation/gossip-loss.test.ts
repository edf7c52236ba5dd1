/** Gossip over edges that fail both ways, each by itself: what is left of differences in the mean square, against published rates. */
import { readFileSync } from 'node:fs'
import { EVD, Matrix } from 'ml-matrix'
import { expect, test } from 'vitest'
import { gossip } from '../../src/aggregation/gossip.ts'
import { hashedUniform, hashKey } from '../../src/core/hash.ts'
import { receiversOf } from '../../src/core/links.ts'
import { denseMatrix } from '../../topologies/index.ts'
import { filled, rowsOf } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import { mixingBy, player, settingsOver } from '../support/playing.ts'

const { linkLoss } = JSON.parse(readFileSync('test/fixtures/weights.json', 'utf8')) as {
  linkLoss: Record<string, { readonly meanSquare: number }>
}
const PEERS = 16
const ROUNDS = 3000

const cases = Object.entries(linkLoss).map(([key, { meanSquare }]) => {
  const [, name = '', loss = ''] = /^(\D[a-z]*)(?:2d)?16_p(.*)$/.exec(key)!
  return { name, loss: Number(loss), meanSquare }
})

/** The differences that E[W²] shrinks least, from the mean matrix of lossy rounds and the scatter about it. */
function slowest(W: readonly (readonly number[])[], works: number): number[] {
  const mean = new Matrix(W.map((row, i) => row.map((w, j) => (i === j ? 1 - works : 0) + works * w)))
  const square = mean.mmul(mean).sub(1 / PEERS)
  for (const i of range(PEERS)) {
    for (const j of range(PEERS)) {
      if (i === j) continue
      const part = 2 * works * (1 - works) * W[i]![j]! * W[i]![j]!
      square.set(i, j, square.get(i, j) - part)
      square.set(i, i, square.get(i, i) + part)
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EVD(square, { assumeSymmetric: true })
  return eigenvectorMatrix.getColumn(realEigenvalues.indexOf(Math.max(...realEigenvalues)))
}

test.each(cases)('$name of 16 peers, edges failing with probability $loss', ({ name, loss, meanSquare }) => {
  const mixing = mixingBy(name, PEERS)
  const { senders } = mixing.links
  const receivers = receiversOf(mixing.links)
  const key = hashKey('edges', 'loss')
  const isLost = (k: number, round: number): boolean => {
    const ends = [senders[k]!, receivers[k]!] as const
    return hashedUniform(key, Math.min(...ends), Math.max(...ends), round, 0) < loss
  }
  const start = filled(slowest(denseMatrix(mixing.at(0)), 1 - loss).map(x => [x])).values
  const theta = filled(range(PEERS).map(() => [0]))
  const play = player(gossip.build(settingsOver(mixing, 1), { steps: 1 }), theta, {
    learn: ({ values }) => values.set(start),
    isLost
  })
  const squares = range(ROUNDS).map(round => {
    play(round)
    const x = rowsOf(theta, PEERS).map(row => row[0]!)
    expect(Math.abs(sum(x))).toBeLessThan(1e-12)
    return sum(x.map(value => value * value))
  })
  // The scatter of a round is below 0.25 of it, so the mean is known to 0.005.
  expect(Math.abs(sum(squares) / ROUNDS - meanSquare)).toBeLessThan(0.015 * meanSquare + 0.001)
})
