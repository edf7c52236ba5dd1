/**
 * Where gossip is known to end, as squared distances from θ*: the tables that `gossip-fixed-points` is held to, for the published
 * Garnets of 10 agents with η = 0.1. Solved exactly but where it is said.
 */

/** How agents of two types lie on a graph. */
export const PLACEMENTS = ['alternating', 'clustered'] as const
/** One of them. */
export type Placement = (typeof PLACEMENTS)[number]

/** In the order of the tables. */
export const GRAPHS = ['complete', 'exponential', 'torus', 'ring', 'star', 'path'] as const

/** Plain gossip, N = 10, opposite types, by placement and H, in the order of GRAPHS. */
export const FIXED_POINTS: Readonly<Record<Placement, Readonly<Record<number, readonly number[]>>>> = {
  alternating: {
    1: [0, 1.2138e-4, 2.4291e-5, 1.3506e-5, 1.5342e-2, 3.7365e-3],
    10: [5.7588e-5, 1.22e-2, 2.4212e-3, 1.3403e-3, 1.3742, 0.27106],
    100: [6.6079e-3, 1.0555, 0.22517, 0.13073, 58.54, 4.752],
    1000: [0.37894, 35.524, 13.429, 9.4512, 301.61, 20.571]
  },
  clustered: {
    1: [0, 2.1305e-5, 2.1571e-4, 8.4063e-3, 1.5342e-2, 0.14895],
    10: [5.7588e-5, 2.2334e-3, 2.1488e-2, 0.77207, 1.3742, 10.744],
    100: [6.6079e-3, 0.2023, 1.808, 38.362, 58.54, 176.64],
    1000: [0.37894, 8.595, 53.156, 253.14, 301.61, 387.33]
  }
}

/** Stationary errors of samples, N = 10, on complete, exponential, torus, ring, star and alone. */
export const PLAIN = [
  {
    heterogeneous: false,
    placement: 'alternating',
    localSteps: 10,
    errors: [8.163e-3, 8.207e-3, 8.37e-3, 8.829e-3, 1.113e-2, 9.97e-2]
  },
  {
    heterogeneous: false,
    placement: 'alternating',
    localSteps: 100,
    errors: [8.165e-3, 8.574e-3, 1.003e-2, 1.369e-2, 2.924e-2, 9.97e-2]
  },
  {
    heterogeneous: true,
    placement: 'alternating',
    localSteps: 10,
    errors: [1.834e-2, 3.045e-2, 2.115e-2, 2.1e-2, 1.397, 524.3]
  },
  {
    heterogeneous: true,
    placement: 'alternating',
    localSteps: 100,
    errors: [2.424e-2, 1.073, 0.2468, 0.1586, 58.58, 524.3]
  },
  {
    heterogeneous: true,
    placement: 'clustered',
    localSteps: 10,
    errors: [1.834e-2, 2.056e-2, 4.003e-2, 0.7908, 1.397, 524.3]
  },
  {
    heterogeneous: true,
    placement: 'clustered',
    localSteps: 100,
    errors: [2.424e-2, 0.2204, 1.828, 38.38, 58.58, 524.3]
  }
] as const

/** The same of gossip-scafflsa and gossip-tracking, opposite types; simulated. */
export const CORRECTED = [
  {
    placement: 'alternating',
    localSteps: 10,
    'gossip-scafflsa': [1.92e-2, 1.95e-2, 2.1e-2, 2.3e-2, 2.5e-2],
    'gossip-tracking': [1.92e-2, 1.94e-2, 2e-2, 2e-2, 2.3e-2]
  },
  {
    placement: 'alternating',
    localSteps: 100,
    'gossip-scafflsa': [1.9e-2, 2.1e-2, 3.1e-2, 4.1e-2, 6.1e-2],
    'gossip-tracking': [1.9e-2, 2e-2, 2.5e-2, 2.7e-2, 4.6e-2]
  },
  {
    placement: 'clustered',
    localSteps: 100,
    'gossip-scafflsa': [1.9e-2, 2.1e-2, 3.2e-2, 4.1e-2, 6.1e-2],
    'gossip-tracking': [1.9e-2, 2e-2, 2.5e-2, 2.7e-2, 4.6e-2]
  }
] as const
