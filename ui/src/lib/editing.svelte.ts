// The one profile that is being edited, and whether a person may leave it: with edits they are asked once.
// It lives beside the components, so that a window that is made narrower in the middle keeps the edits.

import type { EditView, ProfileChanges, ProfileView } from './contract'
import { confirmed, type Draft, edited, type Field, followed, isDirty, sameChanges, toSend, undone, UNTOUCHED } from './profile-draft'

class Editing {
  /** Which profile is open. */
  at = $state.raw<{ device: string; slot: number } | null>(null)
  draft = $state.raw<Draft>(UNTOUCHED)
  /** What was sent and is not confirmed; `begun` once the device was seen saving it. */
  #sent = $state.raw<{ changes: ProfileChanges; begun: boolean } | null>(null)
  /** What the person was about to do when they were asked about their edits. */
  next = $state.raw<(() => void) | null>(null)

  dirty = $derived(isDirty(this.draft))
  /** There is something that was neither saved nor sent. */
  unsaved = $derived(this.dirty && !(this.#sent !== null && sameChanges(this.#sent.changes, toSend(this.draft))))

  open(device: string, slot: number): void {
    if (this.at?.device === device && this.at.slot === slot) return
    this.at = { device, slot }
    this.clear()
  }

  clear(): void {
    this.draft = UNTOUCHED
    this.#sent = null
    this.next = null
  }

  /** No profile is open. */
  close(): void {
    this.at = null
    this.clear()
  }

  set<F extends Field>(profile: ProfileView, field: F, value: ProfileView[F] & ProfileChanges[F]): void {
    this.draft = edited(this.draft, profile, field, value)
  }

  undo(profile: ProfileView): void {
    this.draft = undone(this.draft, profile)
  }

  revert(): void {
    this.draft = UNTOUCHED
  }

  /** Notes that the draft is on its way, and gives what to send. */
  send(): ProfileChanges {
    const changes = toSend(this.draft)
    this.#sent = { changes, begun: false }
    return changes
  }

  /** Takes in what the device has now, and what became of what was sent. */
  follow(profile: ProfileView, edit: EditView | undefined): void {
    const state = edit?.state.state
    const sent = this.#sent
    if (sent && state === 'saving' && !sent.begun) this.#sent = { ...sent, begun: true }
    else if (sent?.begun && state !== 'saving') {
      this.#sent = null
      if (state !== 'failed') this.draft = confirmed(this.draft, sent.changes)
    }
    this.draft = followed(this.draft, profile)
    if (!isDirty(this.draft)) this.#sent = null
  }

  /** Does it at once, or after the person answered what becomes of their edits. */
  leave(go: () => void): void {
    if (this.unsaved) this.next = go
    else {
      this.clear()
      go()
    }
  }

  stay(): void {
    this.next = null
  }

  /** The person said that the edits may go. */
  goOn(): void {
    const go = this.next
    this.clear()
    go?.()
  }
}

export const editing = new Editing()
