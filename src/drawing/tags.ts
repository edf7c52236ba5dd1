/** Short labels beside marks, where there is room: no label lies on a mark, on a line or on another label. */

/** From the left and from the top. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** What is to stand beside a mark. */
export interface Tag {
  readonly x: number
  readonly y: number
  readonly text: string
}

/** Of a letter in the largest size in which panels are shown, with what is above it and, of that, below its baseline. */
const LETTER = { width: 8, height: 15, descent: 3.5 }
/** From the middle of a mark. */
const REACH = 5

/** Where the left end of the baseline of each is, for those that have room within `bounds`. */
export function placeTags(tags: readonly Tag[], others: readonly Box[], bounds: Box): Tag[] {
  const taken = [...tags.map(({ x, y }) => around(x, y, REACH - 0.5)), ...others]
  const placed: Tag[] = []
  for (const { x, y, text } of tags) {
    const width = LETTER.width * text.length
    const { height } = LETTER
    const lefts = { right: x + REACH, left: x - REACH - width, middle: x - width / 2 }
    const bottoms = { above: y - REACH, below: y + REACH + height, middle: y + height / 2 }
    const free = [
      [lefts.right, bottoms.middle],
      [lefts.left, bottoms.middle],
      [lefts.middle, bottoms.above],
      [lefts.middle, bottoms.below],
      [lefts.right, bottoms.above],
      [lefts.right, bottoms.below],
      [lefts.left, bottoms.above],
      [lefts.left, bottoms.below]
    ]
      .map(([left = 0, bottom = 0]): Box => ({ left, bottom, right: left + width, top: bottom - height }))
      .find(box => isWithin(box, bounds) && !taken.some(other => overlaps(box, other)))
    if (free === undefined) continue
    taken.push(free)
    placed.push({ x: free.left, y: free.bottom - LETTER.descent, text })
  }
  return placed
}

/** So far from the middle to all sides. */
const around = (x: number, y: number, reach: number): Box => ({
  left: x - reach,
  right: x + reach,
  top: y - reach,
  bottom: y + reach
})

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.left >= outer.left &&
  inner.right <= outer.right &&
  inner.top >= outer.top &&
  inner.bottom <= outer.bottom

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
