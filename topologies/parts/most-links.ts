/** How many links fit: each takes memory for its weight and its message. */
import { ExperimentError } from '../../src/core/errors.ts'

const MOST_LINKS = 20_000_000

/** Throws an ExperimentError, which begins with `place`, if a graph with about so many links would not fit. */
export function checkLinks(place: string, peers: number, links: number): void {
  if (links <= MOST_LINKS) return
  throw new ExperimentError(
    `${place}: ${peers} peers would have about ${Math.round(links).toLocaleString('en-US')} links; at most ` +
      `${MOST_LINKS.toLocaleString('en-US')} are possible`
  )
}
