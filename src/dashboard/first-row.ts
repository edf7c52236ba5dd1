/** Which rows of a list are shown that is longer than its panel. */

/** The first of `rows`: the selected one of `length` is in the middle, but at the ends of the list. */
export const firstRow = (selected: number, length: number, rows: number): number =>
  Math.max(0, Math.min(Math.max(0, selected) - (rows >> 1), length - rows))
