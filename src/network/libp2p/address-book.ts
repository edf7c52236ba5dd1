/** Where the nodes listen, as far as is known here. */
import { multiaddr } from '@multiformats/multiaddr'
import type { Addresses } from './connect.ts'

/** Tells the other processes the multiaddresses of the nodes here; resolves with everybody's, by participant. */
export type Meet = (own: ReadonlyMap<number, string[]>) => Promise<ReadonlyMap<number, string[]>>

export class AddressBook {
  readonly #addresses = new Map<number, Addresses>()
  readonly #ports: ReadonlyMap<number, number>

  /** `ports`: where participants should listen at first. */
  constructor(ports: ReadonlyMap<number, number>) {
    this.#ports = ports
  }

  /** Those of participant p, or undefined if nobody has told. */
  of(p: number): Addresses | undefined {
    return this.#addresses.get(p)
  }

  set(p: number, addresses: Addresses): void {
    this.#addresses.set(p, addresses)
  }

  /** Where participant p listened before, or should; 0 for any port that is free. */
  portOf(p: number): number {
    const parts = this.of(p)?.[0]?.getComponents()
    const port = parts?.find(({ name }) => name === 'tcp')?.value
    return Number(port ?? this.#ports.get(p) ?? 0)
  }

  /** Tells what is known, and learns the rest. */
  async exchange(meet: Meet): Promise<void> {
    const own = [...this.#addresses].map(([p, addresses]) => [p, addresses.map(String)] as const)
    for (const [p, addresses] of await meet(new Map(own))) {
      if (!this.#addresses.has(p)) this.set(p, addresses.map(multiaddr))
    }
  }
}
