/** Which of 0 … count − 1 belong together (union–find, Tarjan 1975): by size, with halved paths. */
export class DisjointSets {
  readonly #parents: Int32Array
  readonly #sizes: Int32Array

  constructor(count: number) {
    this.#parents = Int32Array.from({ length: count }, (_, i) => i)
    this.#sizes = new Int32Array(count).fill(1)
  }

  /** The one that stands for all that i belongs with. */
  of(i: number): number {
    const parents = this.#parents
    let at = i
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!
      at = parents[at]!
    }
    return at
  }

  unite(i: number, j: number): void {
    const [a, b] = [this.of(i), this.of(j)]
    if (a === b) return
    const [small, large] = this.#sizes[a]! < this.#sizes[b]! ? [a, b] : [b, a]
    this.#parents[small] = large
    this.#sizes[large] = this.#sizes[large]! + this.#sizes[small]!
  }
}
