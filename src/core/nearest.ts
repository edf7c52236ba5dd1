/**
 * What the user may have meant: the candidate at the smallest edit distance, counting insertions, deletions,
 * substitutions and swaps of neighbours as one each (optimal string alignment).
 */

/** The candidate nearest to `word`, or the first that `word` begins; undefined if none is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const distance = editDistance(typed, candidate.toLowerCase())
    const limit = Math.max(1, Math.floor(0.4 * Math.max(typed.length, candidate.length)))
    if (distance <= limit && distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  if (best !== undefined || typed.length < 2) return best
  return candidates.find(candidate => candidate.toLowerCase().startsWith(typed))
}

/** `; did you mean "ring"? Allowed: path, ring`: the end of a message about a word that is not allowed. */
export function allowed(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates)
  const question = guess === undefined ? '.' : `; did you mean "${guess}"?`
  return `${question} Allowed: ${candidates.length > 0 ? candidates.join(', ') : 'none'}`
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let distance = Math.min(last[j]! + 1, row[j - 1]! + 1, substitution)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, beforeLast[j - 2]! + 1)
      }
      row.push(distance)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
