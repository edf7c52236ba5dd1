import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { file } from '../../../peers/environments/file.ts'
import { present } from '../../../src/core/assert.ts'
import type { Fleet } from '../../../src/interfaces.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmuration-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(content: unknown): string {
  const path = join(folder, 'fleet.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const build = (content: unknown, peers = 1): Fleet => file.build(peers, { path: write(content) }, '1')

/** Two states: action 0 stays, action 1 leads over with probability ¾. */
const peer = {
  transitions: [
    [
      [[0, 1]],
      [
        [1, 0.75],
        [0, 0.25]
      ]
    ],
    [
      [0, 1],
      [0.75, 0.25]
    ]
  ],
  rewards: [0.5, [1, -1]]
}
const small = { states: 2, actions: 2, discount: 0.9, peers: [peer] }

describe('our own form', () => {
  test('lists of pairs and dense rows become ascending successors; what is missing has probability 0', () => {
    const fleet = build(small)
    expect(fleet.branching).toBe(2)
    expect([...fleet.successors]).toEqual([0, 0, 0, 1, 1, 0, 0, 1])
    expect([...fleet.probabilities]).toEqual([1, 0, 0.25, 0.75, 1, 0, 0.75, 0.25])
    expect([...fleet.rewards]).toEqual([0.5, 0.5, 1, -1])
  })

  test('what is left out: one-hot features, uniform policy and reset, no noise, type 0, a label from the file', () => {
    expect(build(small)).toMatchObject({
      name: 'fleet',
      labels: ['fleet-0'],
      types: Int32Array.of(0),
      noise: { kind: 'none' },
      policy: Float64Array.of(0.5, 0.5, 0.5, 0.5),
      reset: Float64Array.of(0.5, 0.5),
      evaluation: Float64Array.of(0.5, 0.5),
      features: { kind: 'one-hot', count: 2, stride: 4 }
    })
  })

  test('what is given is taken, and `evaluation` follows `reset`', () => {
    const fleet = build({
      ...small,
      provenance: 'made up',
      features: [
        [1, 2, 3, 4, 5],
        [6, 7, 8, 9, 10]
      ],
      policy: [1, [0.25, 0.75]],
      reset: [0.25, 0.75],
      noise: 0.1,
      peers: [{ ...peer, label: 'calm', type: 3 }]
    })
    expect(fleet).toMatchObject({
      labels: ['calm'],
      types: Int32Array.of(3),
      noise: { kind: 'uniform', halfWidth: 0.1 },
      policy: Float64Array.of(0, 1, 0.25, 0.75),
      reset: Float64Array.of(0.25, 0.75),
      evaluation: Float64Array.of(0.25, 0.75),
      features: { kind: 'table', count: 5, stride: 8 }
    })
    expect([...fleet.features.table]).toEqual([1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 8, 9, 10, 0, 0, 0])
  })

  test('copies are peers of their own; the first N are built', () => {
    const content = {
      ...small,
      peers: [
        { ...peer, label: 'a', copies: 2 },
        { ...peer, label: 'b', rewards: [9, 9] }
      ]
    }
    const path = write(content)
    expect(file.mostPeers?.({ path })).toBe(3)
    expect(build(content, 3).labels).toEqual(['a', 'a', 'b'])
    expect(build(content, 2).labels).toEqual(['a', 'a'])
    expect([...build(content, 3).rewards].slice(4)).toEqual([0.5, 0.5, 1, -1, 9, 9, 9, 9])
    expect(() => build(content, 4)).toThrow(`${path} has the environments of 3 peers; 4 peers are too many`)
  })

  test('probabilities that sum to 1 within 1e-9 are scaled to it', () => {
    const third = 0.33333333333
    const row = [third, third, third]
    const { probabilities } = build({
      states: 3,
      actions: 1,
      discount: 0,
      peers: [{ transitions: [[row], [row], [row]], rewards: [0, 0, 0] }]
    })
    expect([...probabilities]).toEqual(new Array(9).fill(1 / 3))
  })

  test('pairs that lead to the same state are added up', () => {
    const twice = [
      [0, 0.5],
      [0, 0.25],
      [1, 0.25]
    ]
    const fleet = build({
      states: 2,
      actions: 1,
      discount: 0,
      peers: [{ transitions: [[twice], [twice]], rewards: [0, 0] }]
    })
    expect([...fleet.probabilities]).toEqual([0.75, 0.25, 0.75, 0.25])
  })
})

/** `small` with the value at `path` replaced. */
function altered(path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(small)
  const keys = path.split(/[.[\]]+/).filter(key => key !== '')
  const last = present(keys.pop(), 'a key')
  let at = copy as Record<string, unknown>
  for (const key of keys) at = at[key] as Record<string, unknown>
  at[last] = value
  return copy
}

describe('a bad file is refused with the place, the value and what is allowed', () => {
  test.each([
    ['states', 0, 'states is 0; it must be a whole number from 1 to 2000'],
    ['states', '2', "states is '2'; it must be a whole number from 1 to 2000"],
    ['actions', 1.5, 'actions is 1.5; it must be a whole number from 1 to 1000'],
    ['discount', 1, 'discount is 1; it must be below 1'],
    ['discount', undefined, 'discount is missing; it must be a number from 0 to 1'],
    ['peers', [], 'peers is a list of 0; it must be a list of at least one environment'],
    ['peers', {}, 'peers is an object; it must be a list'],
    ['peers[0]', null, 'peers[0] is null; it must be an object'],
    ['gamma', 0.9, "the file has the unknown key 'gamma'. Allowed: provenance, states, actions, discount"],
    ['peers[0].lable', 'a', 'peers[0] has the unknown key \'lable\'; did you mean "label"?'],
    ['peers[0].label', 7, 'peers[0].label is 7; it must be a text'],
    ['peers[0].type', -1, 'peers[0].type is -1; it must be a whole number from 0 to 1000000'],
    ['peers[0].copies', 0, 'peers[0].copies is 0; it must be a whole number from 1 to 1000000'],
    [
      'peers[0].transitions',
      [[], [], []],
      'peers[0].transitions is a list of 3; it must be a list of 2, one per state'
    ],
    [
      'peers[0].transitions[1]',
      [[0, 1]],
      'peers[0].transitions[1] is a list of 1; it must be a list of 2, one per action'
    ],
    [
      'peers[0].transitions[1][0]',
      [1],
      'peers[0].transitions[1][0] is a list of 1; it must be a list of 2, one per state'
    ],
    [
      'peers[0].transitions[1][0]',
      [],
      'peers[0].transitions[1][0] is a list of 0; it must be a list of 2, one per state'
    ],
    [
      'peers[0].transitions[1][0]',
      [0.5, 0.4],
      'peers[0].transitions[1][0] sums to 0.9; probabilities must sum to 1 within 1e-9'
    ],
    [
      'peers[0].transitions[1][0][0]',
      -0.5,
      'peers[0].transitions[1][0][0] is -0.5; it must be a number from 0 to 1'
    ],
    [
      'peers[0].transitions[0][1][0][0]',
      2,
      'peers[0].transitions[0][1][0][0] is 2; it must be a whole number from 0 to 1'
    ],
    [
      'peers[0].transitions[0][1][0][1]',
      1.1,
      'peers[0].transitions[0][1][0][1] is 1.1; it must be a number from 0 to 1'
    ],
    [
      'peers[0].transitions[0][1][1]',
      [0],
      'peers[0].transitions[0][1][1] is a list of 1; it must be a pair [next state, probability]'
    ],
    ['peers[0].transitions[0][1][1]', 0.25, 'peers[0].transitions[0][1][1] is 0.25; it must be a list'],
    ['peers[0].rewards', [1], 'peers[0].rewards is a list of 1; it must be a list of 2, one per state'],
    [
      'peers[0].rewards[1]',
      [1, 2, 3],
      'peers[0].rewards[1] is a list of 3; it must be a list of 2, one per action'
    ],
    ['peers[0].rewards[0]', null, 'peers[0].rewards[0] is null; it must be a finite number'],
    ['features', [], 'features is a list of 0; it must be a list of 2, one per state'],
    ['features', [[], []], 'features is a list of 2; it must be a list of rows of numbers, none empty'],
    ['features', [[1], [1, 2]], 'features[1] is a list of 2; it must be a list of 1, one per feature'],
    ['policy', [0, 2], 'policy[1] is 2; it must be a whole number from 0 to 1'],
    ['policy', [0, [1, 1]], 'policy[1] sums to 2; probabilities must sum to 1 within 1e-9'],
    ['reset', [1], 'reset is a list of 1; it must be a list of 2, one per state'],
    ['evaluation', [0.5, 0.4], 'evaluation sums to 0.9; probabilities must sum to 1 within 1e-9'],
    [
      'noise',
      'gauss',
      "noise is 'gauss'; it must be 'none', 'bernoulli', or the half-width of a uniform, above 0"
    ],
    ['noise', 0, 'noise is 0; it must be']
  ])('%s = %j', (path, value, message) => {
    expect(() => build(altered(path, value))).toThrow(`fleet.json: ${message}`)
  })

  test('Bernoulli noise needs rewards within [−1, 1]', () => {
    expect(() => build({ ...small, noise: 'bernoulli', peers: [{ ...peer, rewards: [0, 1.5] }] })).toThrow(
      'peers[0].rewards[1] is 1.5; it must be a number from -1 to 1'
    )
  })

  test('numbers too large to be finite', () => {
    expect(() => build(JSON.stringify(small).replace('[1,-1]', '[1,1e999]'))).toThrow(
      'peers[0].rewards[1][1] is Infinity; it must be a finite number'
    )
  })

  test('a list in place of the whole', () => {
    expect(() => build([])).toThrow('fleet.json: the file is a list of 0; it must be an object')
  })

  test('a file that is not there', () => {
    const path = join(folder, 'missing.json')
    expect(() => file.build(1, { path }, '1')).toThrow(`cannot read ${path}: there is no such file`)
    expect(() => file.build(1, { path: folder }, '1')).toThrow(`cannot read ${folder}: `)
  })

  test.each([
    ['{"states": 2,\n  "peers": [1, nan]}', "Unexpected token 'a' at line 2, column 17"],
    ['{"states": 2,\n  "peers": [1, 2,]}', "Unexpected token ']' at line 2, column 18"],
    ['{"states": 2,\n  "peers" [1, 2]}', "Expected ':' after property name at line 2, column 11"],
    ['{"states": 2}\n}', 'Unexpected non-whitespace character at line 2, column 1'],
    ['{"states": 2,\n "peers": [', 'Unexpected end at line 2, column 12'],
    ['', 'Unexpected end at line 1, column 1']
  ])('%j is not JSON', (content, message) => {
    expect(() => build(content)).toThrow(`fleet.json is not JSON: ${message}`)
  })
})

describe('the published form', () => {
  const published = {
    gamma: 0.9,
    ns: 2,
    na: 1,
    N: 3,
    support: [
      [[[1, 0]], [[0, 1]]],
      [[[0, 0]], [[1, 0]]]
    ],
    p0: [
      [[0.25], [1]],
      [[0.5], [0.5]],
      [[0.5], [0]]
    ],
    policy_action: [0, 0],
    features: [[1], [2]],
    rewards: [
      [1, 2],
      [3, 4],
      [5, 6]
    ]
  }

  test('peer c has the support c mod their number, P(i) = p0, and one reward for all actions of a state', () => {
    const fleet = build(published, 3)
    expect([...fleet.types]).toEqual([0, 1, 0])
    expect([...fleet.successors]).toEqual([0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0])
    expect([...fleet.probabilities]).toEqual([0.75, 0.25, 1, 0, 1, 0, 0.5, 0.5, 0.5, 0.5, 1, 0])
    expect([...fleet.rewards]).toEqual([1, 2, 3, 4, 5, 6])
    expect(fleet).toMatchObject({
      noise: { kind: 'none' },
      discount: 0.9,
      labels: ['fleet-0', 'fleet-1', 'fleet-2']
    })
  })

  test.each([
    [{ N: 4 }, 'rewards is a list of 3; it must be a list of 4, one per peer'],
    [{ support: [[[[1, 2]], [[0, 1]]]] }, 'support[0][0][0][1] is 2; it must be a whole number from 0 to 1'],
    [
      { support: [[[[1, 0, 1]], [[0, 1]]]] },
      'support[0][0][0] is a list of 3; it must be a list of 2, one per successor'
    ],
    [{ support: [] }, 'support is a list of 0; it must be a list of at least one support'],
    [
      {
        p0: [
          [[1.5], [1]],
          [[1], [1]],
          [[1], [1]]
        ]
      },
      'p0[0][0][0] is 1.5; it must be a number from 0 to 1'
    ],
    [{ gamma: 1 }, 'gamma is 1; it must be below 1'],
    [{ policy_action: [0, 1] }, 'policy_action[1] is 1; it must be a whole number from 0 to 0']
  ])('refuses %j', (change, message) => {
    expect(() => build({ ...published, ...change }, 3)).toThrow(`fleet.json: ${message}`)
  })
})

test('the path is text and must be given', () => {
  expect(file.options.safeParse({}).success).toBe(false)
  expect(file.options.safeParse({ path: '' }).success).toBe(false)
})
