// The view, each of its parts watched by itself: a hundred events a second arrive, and whoever shows the settings is not
// asked anew for a temperature. It is read like any view.

import type { View } from './contract'

class Part {
  value = $state.raw<unknown>()

  constructor(value: unknown) {
    this.value = value
  }
}

/** A view whose parts change one by one. */
export class Parts {
  readonly view: View
  readonly #parts = new Map<string, Part>()
  #told: View

  constructor(told: View) {
    const view = {}
    for (const [name, value] of Object.entries(told)) {
      const part = new Part(value)
      this.#parts.set(name, part)
      Object.defineProperty(view, name, { enumerable: true, get: () => part.value })
    }
    this.view = view as View
    this.#told = told
  }

  /** Takes over what is another one in `told`: whether there is a place for all of it. */
  follow(told: View): boolean {
    const names = Object.keys(told) as (keyof View)[]
    const changed = names.filter((name) => told[name] !== this.#told[name])
    if (names.length !== this.#parts.size || !changed.every((name) => this.#parts.has(name))) return false
    this.#told = told
    for (const name of changed) this.#parts.get(name)!.value = told[name]
    return true
  }
}
