// The one profile that is being edited, and whether a person may leave it: with edits they are asked once.
// It lives beside the components, so that a window that is made narrower in the middle keeps the edits. What was
// left while it was being saved is kept until the device has it.

import { untrack } from 'svelte'
import type { DeviceView, EditState, EditView, ProfileChanges, ProfileView, Said } from './contract'
import { profileEdit } from './edits'
import { confirmed, type Draft, edited, type Field, followed, isDirty, sameChanges, toSend, undone, UNTOUCHED } from './profile-draft'

/** What was sent and is not answered. */
interface Sent {
  changes: ProfileChanges
  /** The number of the change that the device told of before: later ones are about this. */
  after: number
  /** The device was seen saving it. */
  begun: boolean
}

/** What the person asked of the device last: a failure is shown to whoever asked, until they go on. */
interface Asked {
  what: 'save' | 'undo'
  /** As in {@link Sent}. */
  after: number
}

/** The edits of one profile. */
interface Work {
  draft: Draft
  sent: Sent | null
  asked: Asked | null
}

/** Edits of a profile that is not open. */
interface Left extends Work {
  device: string
  slot: number
}

/** Edits that were neither saved nor discarded. */
export interface Unfinished {
  device: string
  slot: number
  draft: Draft
}

/** Something that became of edits that nobody looks at. */
export interface LeftNews {
  device: DeviceView
  profile: ProfileView
  outcome: 'failed' | 'kept'
  words: Said[]
}

const IDLE: Work = { draft: UNTOUCHED, sent: null, asked: null }

/** The edits after the device told what it has and what became of a change. */
function caughtUp(work: Work, profile: ProfileView, edit: EditView | undefined): Work {
  const { draft, sent, asked } = answered(work, edit)
  const now = followed(draft, profile)
  return { draft: now, sent: isDirty(now) ? sent : null, asked }
}

function answered(work: Work, edit: EditView | undefined): Work {
  const { draft, sent, asked } = work
  // An earlier change, which was told of before ours was sent.
  if (sent === null || (edit ? edit.number <= sent.after : !sent.begun)) return work
  if (edit?.state.state === 'saving') return sent.begun ? work : { draft, sent: { ...sent, begun: true }, asked }
  return { draft: edit?.state.state === 'failed' ? draft : confirmed(draft, sent.changes), sent: null, asked }
}

/** The work with another draft: whoever goes on editing has read what failed. */
const onward = (work: Work, draft: Draft): Work => ({ ...work, draft, asked: work.sent === null ? null : work.asked })

const isAt = (left: Left, device: string, slot: number) => left.device === device && left.slot === slot

class Editing {
  /** Which profile is open. */
  at = $state.raw<{ device: string; slot: number } | null>(null)
  #work = $state.raw<Work>(IDLE)
  #left = $state.raw<readonly Left[]>([])
  /** What the person was about to do when they were asked about their edits. */
  next = $state.raw<(() => void) | null>(null)

  draft = $derived(this.#work.draft)
  dirty = $derived(isDirty(this.#work.draft))
  /** There is something that was neither saved nor sent. */
  unsaved = $derived(this.dirty && !(this.#work.sent !== null && sameChanges(this.#work.sent.changes, toSend(this.#work.draft))))

  /** All edits that the devices do not have, as far as is known. */
  unfinished = $derived.by<readonly Unfinished[]>(() => {
    const left = this.#left.map(({ device, slot, draft }) => ({ device, slot, draft }))
    return this.at && this.dirty ? [...left, { ...this.at, draft: this.draft }] : left
  })

  /** Takes up edits of an earlier window; what was on its way then may have arrived, which the device will tell. */
  restore(edits: readonly Unfinished[]): void {
    this.#left = edits.map(({ device, slot, draft }) => ({ device, slot, draft, sent: null, asked: null }))
  }

  open(device: string, slot: number): void {
    const left = untrack(() => this.#left)
    const kept = left.find((each) => isAt(each, device, slot))
    if (!kept && this.at?.device === device && this.at.slot === slot) return
    this.#keep()
    this.at = { device, slot }
    this.next = null
    this.#work = kept ? { draft: kept.draft, sent: kept.sent, asked: kept.asked } : IDLE
    if (kept) this.#left = untrack(() => this.#left).filter((each) => !isAt(each, device, slot))
  }

  /** No profile is open, and nothing is kept. */
  close(): void {
    this.at = null
    this.#left = []
    this.#clear()
  }

  /** The open profile is of a device that is not known any more. */
  abandon(): void {
    this.at = null
    this.#clear()
  }

  #clear(): void {
    this.#work = IDLE
    this.next = null
  }

  /** Puts the edits of the open profile aside. */
  #keep(): void {
    const { at, work, left } = untrack(() => ({ at: this.at, work: this.#work, left: this.#left }))
    if (!at || !isDirty(work.draft)) return
    this.#left = [...left.filter((each) => !isAt(each, at.device, at.slot)), { ...at, ...work }]
    this.#work = IDLE
  }

  /** A profile that is not open has edits that its device does not have. */
  isLeft(device: string, slot: number): boolean {
    return this.#left.some((each) => isAt(each, device, slot))
  }

  /** The profile to show of a device whose page is opened, where one has edits. */
  leftSlot(device: string): number | undefined {
    return this.#left.find((each) => each.device === device)?.slot
  }

  set<F extends Field>(profile: ProfileView, field: F, value: ProfileView[F] & ProfileChanges[F]): void {
    this.#work = onward(this.#work, edited(this.#work.draft, profile, field, value))
  }

  undo(profile: ProfileView): void {
    this.#work = onward(this.#work, undone(this.#work.draft, profile))
  }

  revert(): void {
    this.#work = IDLE
  }

  /** Notes that the draft is on its way, and gives what to send; `edit` is the last change that was told of. */
  send(edit: EditView | undefined): ProfileChanges {
    const changes = toSend(this.#work.draft)
    const after = edit?.number ?? 0
    this.#work = { ...this.#work, sent: { changes, after, begun: false }, asked: { what: 'save', after } }
    return changes
  }

  /** Notes that the last save is being taken back; `edit` as in {@link send}. */
  takeBack(edit: EditView | undefined): void {
    this.#work = { ...this.#work, asked: { what: 'undo', after: edit?.number ?? 0 } }
  }

  /** What became of changes of the open profile, as far as it concerns the person: not what failed for edits that are gone. */
  told(edit: EditView | undefined): EditState | undefined {
    if (edit?.state.state !== 'failed') return edit?.state
    const { asked } = this.#work
    const concerns = asked !== null && edit.number > asked.after && (asked.what === 'undo' || this.dirty)
    return concerns ? edit.state : undefined
  }

  /** What was sent did not arrive. Whether it is of a profile that is not open any more. */
  notDelivered(device: string, slot: number): boolean {
    if (this.at?.device === device && this.at.slot === slot) this.#work = { ...this.#work, sent: null, asked: null }
    const left = this.isLeft(device, slot)
    this.#left = this.#left.map((each) => (isAt(each, device, slot) ? { ...each, sent: null, asked: null } : each))
    return left
  }

  /** The companion was away: what it was sent before will not be answered. */
  lostTrack(): void {
    this.#work = { ...this.#work, sent: null, asked: null }
    this.#left = this.#left.map((each) => ({ ...each, sent: null, asked: null }))
  }

  /** Takes in what the device has now, and what became of what was sent. */
  follow(profile: ProfileView, edit: EditView | undefined): void {
    const before = this.#work
    const work = caughtUp(before, profile, edit)
    if (work.draft !== before.draft || work.sent !== before.sent) this.#work = work
  }

  /** Takes in what became of the edits that nobody looks at: what there is to tell of them. */
  followLeft(devices: readonly DeviceView[]): LeftNews[] {
    this.#rename(devices)
    const news: LeftNews[] = []
    if (this.#left.length === 0) return news
    this.#left = this.#left.flatMap((left) => {
      const device = devices.find((each) => each.id === left.device)
      if (!device) return []
      const profile = device.profiles.find((each) => each.slot === left.slot)
      if (!profile) return [left]
      const edit = profileEdit(device, left.slot)
      const work = caughtUp(left, profile, edit)
      const end = edit?.state
      if (left.sent && !work.sent && (end?.state === 'failed' || end?.state === 'kept')) {
        news.push({ device, profile, outcome: end.state, words: end.state === 'kept' ? end.words : [end.words] })
      }
      return isDirty(work.draft) ? [{ ...left, ...work }] : []
    })
    return news
  }

  /** A device may be known under another id now. */
  #rename(devices: readonly DeviceView[]): void {
    const present = (id: string) => (devices.some((each) => each.id === id) ? id : (devices.find((each) => each.formerIds.includes(id))?.id ?? id))
    if (this.at && present(this.at.device) !== this.at.device) this.at = { ...this.at, device: present(this.at.device) }
    if (this.#left.some((each) => present(each.device) !== each.device)) {
      this.#left = this.#left.map((each) => ({ ...each, device: present(each.device) }))
    }
  }

  /** Does it at once, or after the person answered what becomes of their edits. */
  leave(go: () => void): void {
    if (this.unsaved) this.next = go
    else {
      // What is on its way may still come back.
      this.#keep()
      this.#clear()
      go()
    }
  }

  stay(): void {
    this.next = null
  }

  /** The person said that the edits may go, or that they were sent or are for later. */
  goOn(edits: 'discarded' | 'kept' = 'discarded'): void {
    const go = this.next
    if (edits === 'kept') this.#keep()
    this.#clear()
    go?.()
  }
}

export const editing = new Editing()
