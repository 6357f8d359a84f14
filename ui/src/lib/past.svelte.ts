// Which days and which sesh this window looks back at. The companion has one opened sesh for all faces: what
// another face opens is followed, what was asked for before the last question is not.

import type { Event, HistoryRange, Notice, RecapView } from './contract'

/** Said in place of a sesh that was asked for. */
const REFUSALS = ['no_such_sesh', 'history_failed']

/** A sesh that is looked at again. */
export interface Looked {
  id: string
  /** The person opened it; otherwise a wide window shows it because it has the room. */
  chosen: boolean
}

export class Past {
  range = $state<HistoryRange>('days14')
  at = $state.raw<Looked | null>(null)
  /** Asked for, not here yet. */
  #waits = false
  /** Notices that were there before it was asked for. */
  #before = 0
  /** Closings that the companion has not told yet. */
  #closing = 0

  /** A sesh was asked for; `known` is the one that the companion has open, `notices` what it says already. */
  open(id: string, chosen: boolean, known: RecapView | null, notices: readonly Notice[] = []): void {
    this.at = { id, chosen }
    this.#before = Math.max(0, ...notices.map((notice) => notice.id))
    this.#waits = known?.sesh.id !== id
  }

  close(known: RecapView | null): void {
    this.at = null
    this.#waits = false
    if (known) this.#closing += 1
  }

  /** `known` is what the companion had open before. */
  take(event: Event, known: RecapView | null = null): void {
    if (event.event === 'view') {
      // Another companion, or much was missed: nothing is on its way any more.
      this.#waits = false
      this.#closing = 0
      this.#follow(event.view.recap)
    } else if (event.event === 'recap') {
      this.#told(event.recap)
    } else if (event.event === 'notices' && this.#waits && event.notices.some(({ id, code }) => id > this.#before && REFUSALS.includes(code))) {
      // What was open stays open; nothing else comes.
      this.#follow(known)
    }
  }

  #told(recap: RecapView | null): void {
    if (recap === null) {
      if (this.#closing > 0) this.#closing -= 1
      else this.#follow(null)
      return
    }
    this.#closing = 0
    if (!this.#waits || this.at?.id === recap.sesh.id) this.#follow(recap)
  }

  #follow(recap: RecapView | null): void {
    this.#waits = false
    if (recap === null) this.at = null
    else if (this.at?.id !== recap.sesh.id) this.at = { id: recap.sesh.id, chosen: false }
  }
}

export const past = new Past()
