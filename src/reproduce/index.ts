/** The only list of figures. */

import { cartpole } from './cartpole.ts'
import { correctionClosesTheGap } from './correction-closes-the-gap.ts'
import { fedpgChallengingMdp } from './fedpg-challenging-mdp.ts'
import { fedpgHeterogeneity } from './fedpg-heterogeneity.ts'
import { fedpgSpeedup } from './fedpg-speedup.ts'
import type { Figure } from './figure.ts'
import { flagship } from './flagship.ts'
import { gossipFixedPoints } from './gossip-fixed-points.ts'
import { heterogeneityFigure } from './heterogeneity.ts'
import { lianBottleneck } from './lian-bottleneck.ts'
import { lojasiewicz } from './lojasiewicz.ts'
import { messageLoss } from './message-loss.ts'
import { personalisation } from './personalisation.ts'
import { placement } from './placement.ts'
import { scafflsaCommunication } from './scafflsa-communication.ts'
import { scafflsaSpeedup } from './scafflsa-speedup.ts'
import { theoremFixedPoint } from './theorem-fixed-point.ts'
import { topologyHeterogeneous } from './topology-heterogeneous.ts'
import { topologyHomogeneous } from './topology-homogeneous.ts'
import { whatRanksGraphs } from './what-ranks-graphs.ts'

export const FIGURES: readonly Figure[] = [
  scafflsaCommunication,
  scafflsaSpeedup,
  theoremFixedPoint,
  heterogeneityFigure,
  gossipFixedPoints,
  flagship,
  personalisation,
  fedpgChallengingMdp,
  fedpgSpeedup,
  fedpgHeterogeneity,
  lojasiewicz,
  cartpole,
  lianBottleneck,
  topologyHomogeneous,
  topologyHeterogeneous,
  placement,
  correctionClosesTheGap,
  whatRanksGraphs,
  messageLoss
]
