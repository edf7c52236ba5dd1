/** Where the parameters of the peers are before the first round: as `initial` says, which `experiment/initial.ts` takes apart. */
import { requireFinite } from '../peers/finite.ts'
import { learners } from '../peers/learners/index.ts'
import { present } from './core/assert.ts'
import { parameterMatrix } from './core/parameter-matrix.ts'
import { nextNormal, SWARM, stream } from './core/random.ts'
import { parseInitial } from './experiment/initial.ts'
import { parseNamed } from './experiment/named.ts'
import type { ParameterMatrix, RandomStream } from './interfaces.ts'
import type { Setting } from './setting.ts'

type Started = Pick<Setting, 'experiment' | 'fleet' | 'judge'>

/** What puts the row of a peer of θ where it starts. */
export function starterOf({
  experiment,
  fleet,
  judge
}: Started): (theta: ParameterMatrix, peer: number) => void {
  const { seed } = experiment
  const { family, options } = parseNamed(experiment.learner, learners, 'learner')
  const start = parseInitial(experiment.initial)
  const draw = (random: RandomStream, row: Float64Array): void => {
    if (family.startInto !== undefined) family.startInto(fleet, options, random, row)
    else for (let j = 0; j < row.length; j++) row[j] = nextNormal(random)
  }
  return ({ values, stride, parameters }, peer) => {
    const row = values.subarray(peer * stride, peer * stride + parameters)
    if (start.kind === 'zero') row.fill(0)
    else if (start.kind === 'solution') {
      const solution = present(judge.solution, 'θ*, where the run starts')
      for (let j = 0; j < parameters; j++) row[j] = solution[j]! + start.offset
    } else draw(stream(seed, start.kind === 'common' ? SWARM : peer, 'initial'), row)
  }
}

/** θ of peers that learn linear values, before the first round. */
export function startOf(started: Started): ParameterMatrix {
  const { peers, features } = requireFinite(started.fleet, 'a prediction')
  const theta = parameterMatrix(peers, features.count)
  const startAt = starterOf(started)
  for (let i = 0; i < theta.rows; i++) startAt(theta, i)
  return theta
}
