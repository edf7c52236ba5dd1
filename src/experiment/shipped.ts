/** Experiments that come with the product, as the YAML that a user could have written. */
import { PLACEMENTS } from '../../peers/placement.ts'
import { WEIGHTS } from '../../topologies/mixing-matrix.ts'
import { AGGREGATIONS } from '../aggregation/names.ts'
import { METRICS } from '../interfaces.ts'
import { NAMED_KEYS, type NamedKey } from './families.ts'
import { SAMPLINGS, TRANSPORTS } from './schema.ts'

const list = (words: readonly string[]): string => words.join(', ')
const families = (key: NamedKey): string => list(Object.keys(NAMED_KEYS[key].families))

/** Every key with its default and what is allowed; a key whose default depends on others is commented out. */
const standard = `# Similar peers on a ring, no server: each learns the values of a policy in its own environment, and all gain by it.
# Keys may be left out; those that are commented out have a default that depends on the others.

#name: my-run            # what the run is called in its record
#peers: 16               # 16, or as many as a file of environments or edges has

# Who talks to whom: ${families('topology')}.
# Options as random-regular:degree=4 or { name: random-regular, degree: 4 }; an edge list as file:edges.txt.
#topology: ring          # ring; the star aggregations replace the graph by their hub
#weights: metropolis     # ${list(WEIGHTS)}; lazy for gossip-scafflsa

# What the peers learn in: ${families('environment')}. Paths of files start at the folder of this file.
environment: { name: garnet, states: 30, branching: 2, discount: 0.9, noise: bernoulli }
placement: given         # ${list(PLACEMENTS)}

learner: td              # ${families('learner')}
aggregation: gossip      # ${list(AGGREGATIONS)}
localSteps: 10           # H, between two exchanges
rounds: 400
stepSize: 0.5            # η
sampling: markov         # ${list(SAMPLINGS)}; expected is free of noise
initial: random          # zero, random, solution, offset:c for the solution + c
seed: 1                  # any text; decides every random draw

#transport: libp2p       # ${list(TRANSPORTS)}; libp2p up to 64 peers
deadlineMs: 10000        # how long a connected neighbour is waited for
#port: 9000              # libp2p: peer i listens on this port + i; otherwise on any free one
measureEvery: 1          # rounds between measurements
#until: consensusError<1e-3   # stop there; of ${list(METRICS)}
`

const opposite = `# Peers of two opposite types, side by side on the ring: neighbours agree, halves do not.
# Corrected gossip takes all of them to one common point, exactly, without a server. It is nobody's own: each peer's
# value error there is worse than what it has when it learns alone.

name: opposite
peers: 16
topology: ring
environment: { name: garnet, heterogeneity: opposite }
placement: clustered
aggregation: gossip-scafflsa
localSteps: 100
rounds: 1000
sampling: expected       # free of noise: what is left is what the algorithm leaves
`

/** By the name that `murmur run` takes. */
export const shipped: Readonly<Record<'default' | 'opposite', string>> = { default: standard, opposite }
