// Hours of rest: minutes after midnight, and how people write them.

const DAY = 1440

/** `22:30`, as fields for times take it. */
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Minutes after midnight of `22:30`, `22.30`, `2230`, `22`, `10:30 pm`; `null` of anything else. Where an engine has no field for
 * times, people type what they like. */
export function minutesOf(text: string): number | null {
  const found = /^\s*(\d{1,2})(?:\s*[:.]?\s*(\d{2}))?(?::\d{2})?\s*(?:([ap])\.?\s*m\.?)?\s*$/i.exec(text)
  if (!found) return null
  const half = found[3]?.toLowerCase()
  let hours = Number(found[1])
  const minutes = Number(found[2] ?? 0)
  if (minutes > 59 || (half ? hours < 1 || hours > 12 : hours > 24)) return null
  if (half) hours = (hours % 12) + (half === 'p' ? 12 : 0)
  const at = hours * 60 + minutes
  return at > DAY ? null : at % DAY
}
