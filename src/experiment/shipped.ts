/** Experiments that come with the product, as the YAML that a user could have written. */
import { METRICS } from '../interfaces.ts'
import { ALLOWED } from './help.ts'
import type { KeyName } from './keys.ts'

const list = (key: KeyName): string => ALLOWED[key]?.join(', ') ?? ''

/** Every key with its default and what is allowed; a key whose default depends on others is commented out. */
const standard = `# Similar peers on a ring, no server: each learns the values of a policy in its own environment, and averages its
# parameters with its neighbours'.
# Keys may be left out; those that are commented out have a default that depends on the others.

#name: my-run            # what the run is called in its record
#peers: 16               # 16, or as many as a file of environments or edges has

# Who talks to whom: ${list('topology')}.
# Options as random-regular:degree=4 or { name: random-regular, degree: 4 }; an edge list as file:edges.txt.
#topology: ring          # ring; the star aggregations replace the graph by their hub
#weights: metropolis     # ${list('weights')}; lazy for gossip-scafflsa

# What the peers learn in: ${list('environment')}. Paths of files start at the folder of this file.
environment: { name: garnet, states: 30, branching: 2, discount: 0.9, noise: bernoulli }
placement: given         # ${list('placement')}

learner: td              # ${list('learner')}
aggregation: gossip      # ${list('aggregation')}
localSteps: 10           # H, between two exchanges
rounds: 400
stepSize: 0.5            # η
sampling: markov         # ${list('sampling')}; expected is free of noise
initial: random          # zero, random, solution, offset:c for the solution + c
seed: 1                  # any text; decides every random draw

#transport: libp2p       # ${list('transport')}; libp2p up to 64 peers
deadlineMs: 10000        # how long a connected neighbour is waited for
#port: 9000              # libp2p: peer i listens on this port + i; otherwise on any free one
measureEvery: 1          # rounds between measurements
#until: consensusError<1e-3   # stop there; of ${METRICS.join(', ')}
`

const opposite = `# Peers of two opposite types, each type on its half of the ring. Corrected gossip takes all of them to one common
# point, exactly, without a server. It is nobody's own: each peer's value error there is worse than when it learns alone.

name: opposite
peers: 8
topology: ring
environment: { name: garnet, heterogeneity: opposite }
placement: clustered
aggregation: gossip-scafflsa
localSteps: 100
rounds: 1000
sampling: expected       # free of noise: what remains is what the algorithm leaves
`

/** By the name that `murmur run` takes. */
export const shipped: Readonly<Record<'default' | 'opposite', string>> = { default: standard, opposite }
