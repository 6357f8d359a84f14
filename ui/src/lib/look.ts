// Tells the companion what a person looks at: a link to a device that nobody sees may rest.

import type { Command } from './contract'

export interface Looked {
  visible: boolean
  /** The device whose page is open. */
  device: string | null
}

/** Says what changed, and says it again when asked to: the companion may be another one now. */
export class Looker {
  #told: Looked | null = null
  readonly #send: (command: Command) => void

  constructor(send: (command: Command) => void) {
    this.#send = send
  }

  at(looked: Looked): void {
    // What lies on a page that nobody sees is not looked at.
    const device = looked.visible ? looked.device : null
    if (this.#told?.visible === looked.visible && this.#told.device === device) return
    this.#told = { visible: looked.visible, device }
    this.#send({ command: 'look', visible: looked.visible, device })
  }

  /** The companion was away: it knows nothing of what was told before. */
  forget(): void {
    this.#told = null
  }
}
