// Gathers what arrives until the next frame is drawn. In a sesh of twenty a hundred events a second arrive, and each
// that is taken alone costs a change of the document that nobody sees. What goes on and on the companion tells forty times
// a second.

import { type Connect, each } from './backend'
import type { Event } from './contract'

/** What waits longer is delivered without a frame: a window that nobody sees may draw none. */
const LONGEST_MS = 100

/** Between two deliveries, whatever comes. Shorter than what the companion takes from one telling to the next: there nothing waits. */
const SPACING_MS = 15

export class Gather<T> {
  #waiting: T[] = []
  #frame = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #delivered = -Infinity
  readonly #deliver: (all: T[]) => void

  constructor(deliver: (all: T[]) => void) {
    this.#deliver = deliver
  }

  add(one: T): void {
    this.#waiting.push(one)
    if (this.#waiting.length > 1) return
    const rest = this.#delivered + SPACING_MS - performance.now()
    if (rest <= 0) this.#frame = requestAnimationFrame(() => this.now())
    this.#timer = setTimeout(() => this.now(), rest > 0 ? rest : LONGEST_MS)
  }

  /** Delivers what waits, in the order in which it came. */
  now(): void {
    const all = this.drop()
    if (all.length === 0) return
    this.#delivered = performance.now()
    this.#deliver(all)
  }

  /** Forgets what waits; gives it back. */
  drop(): T[] {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#timer)
    const all = this.#waiting
    this.#waiting = []
    return all
  }
}

/** The same door, through which events come once a frame. */
export const gathered =
  (connect: Connect): Connect =>
  (onEvent, onLink) => {
    const gather = new Gather<Event>((all) => each(all, onEvent))
    const backend = connect(
      (event) => gather.add(event),
      (link) => {
        gather.now()
        onLink(link)
      },
    )
    return {
      send: (command) => backend.send(command),
      retry: () => backend.retry(),
      close() {
        gather.drop()
        backend.close()
      },
    }
  }
