// What was typed in a room and not said yet: kept for as long as the window is open, and nowhere else.

export interface RoomDraft {
  text: string
  /** The line that it answers. */
  replyTo: string | null
}

const kept = new Map<string, RoomDraft>()
const key = (gateway: string, channel: string) => JSON.stringify([gateway, channel])

export const draftOf = (gateway: string, channel: string): RoomDraft => kept.get(key(gateway, channel)) ?? { text: '', replyTo: null }

export function keepDraft(gateway: string, channel: string, draft: RoomDraft): void {
  if (draft.text === '' && draft.replyTo === null) kept.delete(key(gateway, channel))
  else kept.set(key(gateway, channel), draft)
}

export const forgetDrafts = (): void => kept.clear()
