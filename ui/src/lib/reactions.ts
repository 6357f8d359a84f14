// Reactions: the quick ones, those that are in the air right now, and how the chat folds them.

import type { ChatKind, ChatLine } from './contract'
import type { IconName } from './icons'
import { msg } from './tongue.svelte'

/** The quick reactions, Alt 1 to 6; their names are to be said with `t`. */
export const REACTIONS = [
  { emoji: '🔥', name: msg('fire') },
  { emoji: '💨', name: msg('cloud') },
  { emoji: '😮‍💨', name: msg('exhale') },
  { emoji: '😂', name: msg('laugh') },
  { emoji: '🫡', name: msg('salute') },
  { emoji: '❤️', name: msg('heart') },
] as const

/** How long a reaction stays over its sender. */
const IN_THE_AIR_MS = 2000
/** At most so many glyphs of one sender. */
const GLYPHS = 3

/** The newest reactions of one sender that are still in the air. */
export function burst(chat: readonly ChatLine[], by: (line: ChatLine) => boolean, now: number): ChatLine[] {
  const found: ChatLine[] = []
  // Lines are in order of time: the search ends at the first that is too old.
  for (let i = chat.length - 1; i >= 0 && found.length < GLYPHS; i--) {
    const line = chat[i]!
    if (now - line.at > IN_THE_AIR_MS) break
    if (line.kind === 'reaction' && by(line)) found.push(line)
  }
  return found
}

/** A line of the log as it is shown. */
export interface Shown {
  line: ChatLine
  /** The author is the same as above: no name again. */
  continued: boolean
  /** Folded reactions: `Mika 🔥 ×4`. */
  times: number
}

/** What stands before a line that nobody wrote. */
export const HAPPENING: Record<ChatKind, IconName> = { message: 'message-circle', reaction: 'message-circle', people: 'door-open', away: 'moon', sesh: 'flame' }

/** Lines of the same author within this time are one paragraph. */
const SAME_BREATH_MS = 300_000

/** Groups messages by author and folds the same reaction of the same person. */
export function fold(chat: readonly ChatLine[]): Shown[] {
  const shown: Shown[] = []
  for (const line of chat) {
    const last = shown.at(-1)
    const same = last !== undefined && last.line.by === line.by && last.line.kind === line.kind
    if (same && line.kind === 'reaction' && last.line.text === line.text) {
      last.times += 1
      continue
    }
    const continued = same && line.kind === 'message' && line.at - last.line.at < SAME_BREATH_MS
    shown.push({ line, continued, times: 1 })
  }
  return shown
}
