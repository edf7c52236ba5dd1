/** The only list of figures. */

import { cartpole } from './cartpole.ts'
import { fedpgChallengingMdp } from './fedpg-challenging-mdp.ts'
import { fedpgHeterogeneity } from './fedpg-heterogeneity.ts'
import { fedpgSpeedup } from './fedpg-speedup.ts'
import type { Figure } from './figure.ts'
import { flagship } from './flagship.ts'
import { gossipFixedPoints } from './gossip-fixed-points.ts'
import { heterogeneityFigure } from './heterogeneity.ts'
import { lojasiewicz } from './lojasiewicz.ts'
import { personalisation } from './personalisation.ts'
import { scafflsaCommunication } from './scafflsa-communication.ts'
import { scafflsaSpeedup } from './scafflsa-speedup.ts'
import { theoremFixedPoint } from './theorem-fixed-point.ts'

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
  cartpole
]
