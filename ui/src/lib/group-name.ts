// What a group may be called. Gateways count a name in UTF-16 units, which is what `length` is here.

import { msg, t } from './tongue.svelte'

/** The longest name. */
export const GROUP_NAME = 32

/** What is wrong with a name as it was typed; empty when nothing is. */
export function groupNameProblem(typed: string): string {
  const { length } = typed.trim()
  if (length === 0) return t('A group needs a name.')
  return length > GROUP_NAME ? t('Too long by {excess}. An emoji counts as two or more.', { excess: length - GROUP_NAME }) : ''
}

/** Names for those who cannot think of one, none longer than `GROUP_NAME` in any language. */
export const SUGGESTIONS = [
  msg('Sunday slow burn'),
  msg('Golden hour'),
  msg('Night owls'),
  msg('Morning porch'),
  msg('Campfire'),
  msg('Low and slow'),
  msg('Rainy window'),
  msg('After dinner'),
  msg('The long way home'),
  msg('Blue lamp'),
  msg('Front row'),
  msg('Quiet room'),
] as const

/** Another name than the one that is there. */
export function suggestName(present: string, random: () => number = Math.random): string {
  const others = SUGGESTIONS.map((each) => t(each)).filter((each) => each !== present.trim())
  return others[Math.floor(random() * others.length)] ?? ''
}
