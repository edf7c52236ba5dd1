/**
 * The keys of an experiment, plain data: what flags, YAML, the JSON schema and the starter say of them. A key `localSteps`
 * is the flag `--local-steps`.
 */
export interface Key {
  /** What stands for its value in help texts; a key without it has no flag. */
  readonly value?: string
  readonly description: string
}

export const KEYS = {
  name: { description: 'what the run is called in its record' },
  use: {
    description:
      'files of your own, TypeScript or JavaScript, that add environments, learners, topologies and aggregations'
  },
  peers: { value: 'N', description: 'number of peers; 16, or as many as a file decides' },
  topology: {
    value: 'NAME',
    description: 'who talks to whom: ring, unless a star aggregation replaces the graph by its hub'
  },
  weights: {
    value: 'NAME',
    description:
      'mixing matrix: lazy for corrected gossip, push for push-sum, else own where the topology prescribes it, or metropolis'
  },
  environment: { value: 'NAME', description: 'what the peers learn in' },
  placement: { value: 'NAME', description: 'which peer gets which environment: given is their own order' },
  learner: { value: 'NAME', description: 'how a peer learns' },
  aggregation: { value: 'NAME', description: 'how a peer combines what it receives' },
  localSteps: { value: 'H', description: 'local steps between two exchanges' },
  participation: {
    value: 'P',
    description: 'probability that a peer takes part in a round; who does not neither learns nor speaks'
  },
  rounds: { value: 'N', description: 'exchanges' },
  stepSize: { value: 'NUMBER', description: 'step size η of the local steps' },
  sampling: { value: 'NAME', description: 'experience: its expectation, independent draws, or a trajectory' },
  averaging: {
    value: 'NAME',
    description:
      'what is measured and shown: θ itself, or its mean over the rounds, or over the second half of them'
  },
  initial: {
    value: 'WHERE',
    description:
      'parameters before round 1: zero, random, common (random, the same for all), solution (θ*), or offset:c (θ* + c)'
  },
  seed: { value: 'TEXT', description: 'decides every random draw' },
  transport: {
    value: 'NAME',
    description: 'what carries messages: libp2p over TCP for up to 64 peers, else simulated in this process'
  },
  loss: {
    value: 'P',
    description: 'probability that a message is lost; both:P loses the two messages of an edge together; 0'
  },
  delayMs: {
    value: 'MS',
    description: 'how long a message takes, in milliseconds, or how that is distributed; 0'
  },
  faults: {
    value: 'FILE',
    description: 'a file of what goes wrong and when: peers stop, return and join, edges are cut, ...'
  },
  deadlineMs: { value: 'MS', description: 'how long a connected neighbour is waited for, in milliseconds' },
  port: {
    value: 'PORT',
    description: 'libp2p: peer i listens on this TCP port + i; otherwise on any free one'
  },
  processes: {
    value: 'P',
    description: 'libp2p: so many processes, among which the peers are spread'
  },
  measureEvery: { value: 'K', description: 'rounds between measurements; the last is always measured' },
  until: {
    value: 'TARGET',
    description: "stop at a target such as 'consensusError<1e-3', which must be reached"
  }
} as const satisfies Readonly<Record<string, Key>>

export type KeyName = keyof typeof KEYS

export const KEY_NAMES = Object.keys(KEYS) as readonly KeyName[]

/** `--local-steps` for `localSteps`. */
export const flagOf = (key: KeyName): string =>
  `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
