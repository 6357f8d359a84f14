// Keys of a shortcut that is heard everywhere, as they are written in the settings: `Ctrl+Alt+H`. The names are
// those of the keys of a US keyboard, which is what the system registers: the place of a key, not its letter.

import { msg, t } from './tongue.svelte'

const NAMED: Record<string, string> = {
  Space: 'Space',
  Enter: 'Enter',
  Tab: 'Tab',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
}

/** What is suggested: two held keys and the first letter of Hearth, which few programs use. */
export const SUGGESTED = 'Ctrl+Alt+H'

/** What is held, in the order in which it is written. */
export function held(event: Pick<KeyboardEvent, 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>): string[] {
  const { ctrlKey, altKey, shiftKey, metaKey } = event
  return [ctrlKey && 'Ctrl', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Super'].filter((name) => name !== false)
}

/** The name of the key itself; `null` of one that is only held with others, or that cannot be registered. */
export function keyName(code: string): string | null {
  const letter = /^(?:Key([A-Z])|Digit([0-9])|(F(?:[1-9]|1[0-9]|2[0-4])))$/.exec(code)
  return letter?.[1] ?? letter?.[2] ?? letter?.[3] ?? NAMED[code] ?? null
}

export type Pressed =
  /** These are held; the key is still to come. */
  | { held: string[] }
  | { shortcut: string }
  /** It would take a key away from every other program. */
  | { alone: string }
  | { unknown: true }

/** What a person pressed while keys are recorded. */
export function pressed(event: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>): Pressed {
  const modifiers = held(event)
  if (/^(Control|Alt|Shift|Meta|OS)(Left|Right)?$/.test(event.code)) return { held: modifiers }
  const key = keyName(event.code)
  if (key === null) return { unknown: true }
  const strong = modifiers.some((name) => name !== 'Shift') || /^F\d+$/.test(key)
  const keys = [...modifiers, key].join('+')
  return strong ? { shortcut: keys } : { alone: keys }
}

/** Other programs are likely to use it: one held key and a letter or digit, as in Ctrl C. */
export const isCommon = (shortcut: string): boolean => {
  const keys = shortcut.split('+')
  return keys.filter((key) => key !== 'Shift').length === 2 && /^[A-Z0-9]$/.test(keys.at(-1) ?? '')
}

/** Keys that are called otherwise in other languages, to be said with `t`. */
const SPOKEN: Record<string, string> = {
  Ctrl: msg('Ctrl'),
  Shift: msg('Shift'),
  Space: msg('Space'),
  Enter: msg('Enter|key'),
  Backspace: msg('Backspace'),
  Delete: msg('Delete|key'),
  Insert: msg('Insert|key'),
  Home: msg('Home|key'),
  End: msg('End|key'),
  PageUp: msg('PageUp'),
  PageDown: msg('PageDown'),
  Up: msg('Up|key'),
  Down: msg('Down|key'),
  Left: msg('Left|key'),
  Right: msg('Right|key'),
}

/** One by one, for people. `mac`: by the names of a Mac's keyboard. */
export function keysOf(shortcut: string, mac = /Mac/.test(navigator.platform)): string[] {
  const own: Record<string, string> = mac ? { Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Super: '⌘' } : /Win/.test(navigator.platform) ? { Super: 'Win' } : {}
  return shortcut
    .split('+')
    .filter((key) => key !== '')
    .map((key) => own[key] ?? t(SPOKEN[key] ?? key))
}
