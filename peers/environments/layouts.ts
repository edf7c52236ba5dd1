/** The maps of gridworlds: `S` start, `G` goal, `P` pit, `#` wall, `.` free. */

/** Four rooms of Sutton, Precup and Singh (1999), without the walls around them: 104 free cells. */
const FOUR_ROOMS = [
  '.....#....G',
  '.....#.....',
  '...........',
  '.....#.....',
  '.....#.....',
  '#.####.....',
  '.....###.##',
  '.....#.....',
  '.....#.....',
  '...........',
  'S....#.....'
]

/** The Dyna maze (Sutton and Barto 2018, figure 8.2): 14 steps from start to goal. */
const MAZE = ['.......#G', '..#....#.', 'S.#....#.', '..#......', '.....#...', '.........']

/** The 4 × 3 world (Russell and Norvig, Artificial Intelligence: A Modern Approach, figure 17.1). */
const RUSSELL_NORVIG = ['...G', '.#.P', 'S...']

/** Every layout there is. */
export const LAYOUTS = ['open', 'four-rooms', 'maze', 'russell-norvig'] as const

/** The map of a layout; `size` is the side of the open one. */
export function layoutOf(layout: (typeof LAYOUTS)[number], size: number): readonly string[] {
  switch (layout) {
    case 'open':
      return Array.from({ length: size }, (_, row) => {
        if (row === 0) return `${'.'.repeat(size - 1)}G`
        return row === size - 1 ? `S${'.'.repeat(size - 1)}` : '.'.repeat(size)
      })
    case 'four-rooms':
      return FOUR_ROOMS
    case 'maze':
      return MAZE
    case 'russell-norvig':
      return RUSSELL_NORVIG
  }
}
