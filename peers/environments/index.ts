import type { EnvironmentFamily } from '../../src/interfaces.ts'
import { cartPole } from './cartpole.ts'
import { challengingMdp } from './challenging-mdp.ts'
import { cliffWalking } from './cliff-walking.ts'
import { courtyard } from './courtyard.ts'
import { file } from './file.ts'
import { frozenLake } from './frozen-lake.ts'
import { garnet } from './garnet.ts'
import { gridworld } from './gridworld.ts'
import { randomWalk } from './random-walk.ts'
import { riverSwim } from './riverswim.ts'
import { synthetic } from './synthetic.ts'

/** Every environment there is, by the name that users give it. */
export const environments: Readonly<Record<string, EnvironmentFamily>> = {
  garnet,
  'random-walk': randomWalk,
  gridworld,
  riverswim: riverSwim,
  'frozen-lake': frozenLake,
  'cliff-walking': cliffWalking,
  synthetic,
  courtyard,
  'challenging-mdp': challengingMdp,
  cartpole: cartPole,
  file
}
