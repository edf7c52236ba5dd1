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
#use: []                 # files of yours, as [./mine.ts], that add environments, learners, topologies or aggregations
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
participation: 1         # probability that a peer takes part in a round
rounds: 400
stepSize: 0.5            # η
sampling: markov         # ${list('sampling')}; expected is free of noise
averaging: none          # of θ, for what is measured: ${list('averaging')}
initial: random          # zero, random, solution, offset:c for the solution + c
seed: 1                  # any text; decides every random draw

#transport: libp2p       # ${list('transport')}; libp2p up to 64 peers
#loss: 0.1               # probability that a message is lost: ${list('loss')}, as both:0.1
#delayMs: 20             # how long a message takes: ${list('delayMs')}, as uniform:low=10,high=50
# What goes wrong, and after how many rounds: here, or in a file of which this is the path. Events are stop (how: closed,
# killed, frozen), return (state: kept, lost), join, cut, heal, partition, slow (byMs), loss, delayMs, duplicates, reordering.
#faults: { events: [{ after: 100, stop: 3, how: killed }, { after: 200, return: 3, state: lost }] }
deadlineMs: 10000        # how long a connected neighbour is waited for
#port: 9000              # libp2p: peer i listens on this port + i; otherwise on any free one
#processes: 4            # libp2p: the peers are spread over so many processes
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

const faults = `# As "opposite", while every tenth message is lost, and a peer is killed and comes back with nothing. While peer 3 is gone,
# the others go to the common point of the seven that remain; after its return all go to that of the eight, exactly: no
# loss is left in the result, because what the two ends of an edge take from each other always cancels.

name: faults
peers: 8
topology: ring
environment: { name: garnet, heterogeneity: opposite }
placement: clustered
aggregation: gossip-scafflsa
localSteps: 100
rounds: 1500
sampling: expected
loss: 0.1
faults:
  events:
    - { after: 500, stop: 3, how: killed }
    - { after: 1000, return: 3, state: lost }
`

const cartpole = `# Ten carts, each with a pole of its own length and a motor of its own, that learn to balance it: one episode each per round, then
# they average their policies with their neighbours on a ring. Alone each of them learns slower, and forgets again.

name: cartpole
peers: 10
topology: ring
environment: { name: cartpole, lengthSpread: 0.5, forceSpread: 0.3 }
learner: { name: reinforce, hidden: 32, batch: 1, valueStep: 0.3 }
localSteps: 1
rounds: 200
`

/** By the name that `murmur run` takes. */
export const shipped: Readonly<Record<'default' | 'opposite' | 'faults' | 'cartpole', string>> = {
  default: standard,
  opposite,
  faults,
  cartpole
}
