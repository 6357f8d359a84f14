// What becomes of changes of a device: which one is meant, and in how many words it is told.

import type { DeviceView, EditPart, EditState, EditView } from './contract'
import { t } from './tongue.svelte'

export type PlainPart = Exclude<EditPart['part'], 'profile'>

/** The change of one part that is under way or was just now. */
export const editOf = (device: DeviceView, part: PlainPart): EditView | undefined =>
  device.edits.find((edit) => edit.part.part === part)

export const profileEdit = (device: DeviceView, slot: number): EditView | undefined =>
  device.edits.find((edit) => edit.part.part === 'profile' && edit.part.slot === slot)

export const isSaving = (edit: EditView | undefined): boolean => edit?.state.state === 'saving'

const keptWords = (state: Extract<EditState, { state: 'kept' }>): string => state.words.map((words) => t(words)).join(' ')

/** What there is to say under a control; nothing when all is well. */
export function troubleOf(state: EditState | undefined): string | null {
  return state?.state === 'kept' ? keptWords(state) : state?.state === 'failed' ? t(state.words) : null
}

export interface SaveLine {
  tone: 'clean' | 'dirty' | 'busy' | 'kept' | 'failed'
  text: string
}

/** The one line of the editor's foot. */
export function saveLine(state: EditState | undefined, dirty: boolean, resting: string): SaveLine {
  if (state?.state === 'saving') {
    return { tone: 'busy', text: state.of > 1 ? t('Saving {number} of {count}', { number: Math.min(state.done + 1, state.of), count: state.of }) : t('Saving') }
  }
  if (state?.state === 'failed') return { tone: 'failed', text: t(state.words) }
  if (dirty) return { tone: 'dirty', text: t('Not saved yet') }
  if (state?.state === 'kept') return { tone: 'kept', text: keptWords(state) }
  return { tone: 'clean', text: resting }
}
