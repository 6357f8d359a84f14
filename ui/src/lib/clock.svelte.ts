// The time as the window sees it: five times a second while something on screen asks for it, and never
// otherwise, nor while the window is hidden. Pictures of a moment (fixtures, tests) stop it.

import { createSubscriber } from 'svelte/reactivity'

const BEAT_MS = 200

class Clock {
  #stopped: number | null = null
  #subscribe = createSubscriber((update) => {
    let timer: ReturnType<typeof setInterval> | undefined
    const follow = () => {
      clearInterval(timer)
      if (document.visibilityState === 'hidden') return
      update()
      timer = setInterval(update, BEAT_MS)
    }
    timer = document.visibilityState === 'hidden' ? undefined : setInterval(update, BEAT_MS)
    document.addEventListener('visibilitychange', follow)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', follow)
    }
  })

  /** ms since 1970. */
  get now(): number {
    if (this.#stopped !== null) return this.#stopped
    this.#subscribe()
    return Date.now()
  }

  stop(at: number): void {
    this.#stopped = at
  }

  start(): void {
    this.#stopped = null
  }
}

export const clock = new Clock()
