// Edits of profiles that were neither saved nor discarded outlive the window, which can always be closed: they wait
// on the page of their device. They are kept in the window's own storage, by the id of the device, and nowhere else.

import type { Draft, Field } from './profile-draft'
import { editing, type Unfinished } from './editing.svelte'

const KEY = 'hearth.unfinished-edits'

const FIELDS: Record<Field, true> = { name: true, celsius: true, seconds: true, light: true, intensity: true, boostCelsius: true, boostSeconds: true }

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

const isObject = (it: unknown): it is Record<string, unknown> => typeof it === 'object' && it !== null && !Array.isArray(it)
const ofProfile = (it: unknown): boolean => isObject(it) && Object.keys(it).every((key) => key in FIELDS)

function isDraft(it: unknown): it is Draft {
  if (!isObject(it) || !ofProfile(it.changes) || !Array.isArray(it.past)) return false
  return it.past.every((step: unknown) => isObject(step) && typeof step.field === 'string' && step.field in FIELDS && ofProfile(step.changes))
}

const isUnfinished = (it: unknown): it is Unfinished =>
  isObject(it) && typeof it.device === 'string' && [0, 1, 2, 3].includes(it.slot as number) && isDraft(it.draft)

/** What was kept; nothing of it that this version does not understand. */
export function keptEdits(storage: Storage): Unfinished[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isUnfinished) : []
  } catch {
    return []
  }
}

function keep(storage: Storage, edits: readonly Unfinished[]): void {
  try {
    if (edits.length === 0) storage.removeItem(KEY)
    else storage.setItem(KEY, JSON.stringify(edits))
  } catch {
    // Without room for them they end with the window.
  }
}

/** The window's own; `null` where a browser lets nothing be kept. */
export function ownStorage(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}

/** Takes up the edits of the last window, and keeps those of this one. Gives what ends that. */
export function keepEdits(storage: Storage | null): () => void {
  if (storage === null) return () => {}
  editing.restore(keptEdits(storage))
  return $effect.root(() => {
    $effect(() => keep(storage, editing.unfinished))
  })
}
