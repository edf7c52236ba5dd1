import { expect, test } from 'vitest'
import { kindsOf } from '../../../peers/environments/alike.ts'
import { cartPole } from '../../../peers/environments/cartpole.ts'
import { challengingMdp } from '../../../peers/environments/challenging-mdp.ts'
import { garnet } from '../../../peers/environments/garnet.ts'

const kindsIn = (options: object): number[] =>
  Array.from(kindsOf(garnet.build(6, garnet.options.parse(options), 'kinds')))

test('peers with the same tables are of the kind of the first of them', () => {
  expect(kindsIn({ perturbation: 0 })).toEqual([0, 0, 0, 0, 0, 0])
  expect(kindsIn({ perturbation: 0, heterogeneity: 'opposite' })).toEqual([0, 1, 0, 1, 0, 1])
  const two = challengingMdp.build(5, challengingMdp.options.parse({}), 'kinds')
  expect(Array.from(kindsOf(two))).toEqual([0, 1, 0, 1, 0])
})

test('peers of one type that are merely similar are of kinds of their own', () => {
  expect(kindsIn({ perturbation: 1e-9 })).toEqual([0, 1, 2, 3, 4, 5])
})

test.each(['rewards', 'probabilities', 'successors'] as const)(
  'one number in %s tells peers apart',
  table => {
    const fleet = garnet.build(4, garnet.options.parse({ perturbation: 0, states: 3, branching: 2 }), 'kinds')
    const column = fleet[table]
    const last = column.length / 2 - 1
    column[last] = column[last]! === 0 ? 1 : 0
    expect(Array.from(kindsOf(fleet))).toEqual([0, 1, 0, 0])
  }
)

test('simulations are alike where type and properties are', () => {
  const kinds = (options: object) =>
    Array.from(kindsOf(cartPole.build(3, cartPole.options.parse(options), 'k')))
  expect(kinds({})).toEqual([0, 0, 0])
  expect(kinds({ windSpread: 1 })).toEqual([0, 1, 2])
  const fleet = cartPole.build(3, cartPole.options.parse({}), 'k')
  expect(Array.from(kindsOf({ ...fleet, types: Int32Array.of(0, 1, 0) }))).toEqual([0, 1, 0])
})
