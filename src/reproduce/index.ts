/** The only list of figures. */
import type { Figure } from './figure.ts'
import { flagship } from './flagship.ts'
import { gossipFixedPoints } from './gossip-fixed-points.ts'
import { heterogeneityFigure } from './heterogeneity.ts'
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
  personalisation
]
