// The page's clock: ten times a second while something on screen counts, and never otherwise.

import { createSubscriber } from 'svelte/reactivity'

const BEAT_MS = 100

class Beat {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, BEAT_MS)
    return () => clearInterval(timer)
  })

  /** ms; only differences mean something. */
  get now(): number {
    this.#subscribe()
    return performance.now()
  }
}

export const beat = new Beat()
