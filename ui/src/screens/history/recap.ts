// A sesh looked at again, in words and numbers: who started when, how fast everybody was, what was said.

import type { ChartView, RecapLine, RecapMember, RecapReaction, RecapView, Unit } from '../../lib/contract'
import { NOTHING } from '../../lib/logs'
import { degrees } from '../../lib/temperature'
import { namedPerson } from '../../lib/names'
import { t } from '../../lib/tongue.svelte'
import { figure } from './when'

/** How far the track of starts reaches, ms: 100 at least, so that a good start looks like one. */
export function skewScale(members: readonly RecapMember[]): number {
  const last = Math.max(0, ...members.map((member) => member.beganMs ?? 0))
  for (let power = 100; ; power *= 10) {
    const fits = [1, 2, 5].find((each) => each * power >= last)
    if (fits !== undefined) return fits * power
  }
}

/** `84 ms`, `1.2 s` */
export const shortTime = (ms: number): string => (ms < 1000 ? t('{ms} ms', { ms: Math.round(ms) }) : t('{seconds} s', { seconds: figure(ms / 1000, 1) }))

/** `first`, `+41 ms` */
export const start = (member: RecapMember): string | null =>
  member.beganMs === null ? null : member.beganMs === 0 ? t('first') : `+${shortTime(member.beganMs)}`

/** `19.1 s to 545°`; shorter where the target is not known. */
export function toTemp({ timeToTempS, targetCelsius }: RecapMember, unit: Unit): string {
  if (timeToTempS === null) return NOTHING
  const seconds = figure(timeToTempS, 1)
  return targetCelsius === null ? t('{seconds} s', { seconds }) : t('{seconds} s to {target}', { seconds, target: degrees(targetCelsius, unit) })
}

/** Whoever started first comes first; those who did not heat come last. */
export const inOrder = (members: readonly RecapMember[]): RecapMember[] =>
  [...members].sort((a, b) => (a.beganMs ?? Infinity) - (b.beganMs ?? Infinity) || Number(b.person.me) - Number(a.person.me))

export const heated = (recap: RecapView): RecapMember[] => recap.members.filter((member) => member.beganMs !== null || member.points.length > 0)

/** The curves for the chart; names do not tell members apart, so places do. */
export function chartOf(recap: RecapView): ChartView {
  const curves = recap.members.flatMap(({ person, targetCelsius, points }, i) =>
    points.length > 0 ? [{ member: String(i), name: person.name, me: person.me, led: person.led, targetCelsius, points }] : [],
  )
  return { startedAt: recap.sesh.at, live: false, curves }
}

/** How often each emoji was sent, most frequent first. */
export function emojis(reactions: readonly RecapReaction[]): { emoji: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { emoji, count } of reactions) counts.set(emoji, (counts.get(emoji) ?? 0) + count)
  return [...counts].map(([emoji, count]) => ({ emoji, count })).sort((a, b) => b.count - a.count)
}

/** A name as this person reads it. */
export const called = (recap: RecapView, name: string): string => (recap.sesh.people.some((person) => person.me && person.name === name) ? t('You') : namedPerson(name))

export interface Said {
  line: RecapLine
  /** The author is the same as above: no name again. */
  continued: boolean
}

/** Lines of the same author within this time are one paragraph. */
const SAME_BREATH_MS = 300_000

/** What was said; reactions are folded elsewhere. */
export function said(chat: readonly RecapLine[]): Said[] {
  const lines = chat.filter((line) => line.kind !== 'reaction')
  return lines.map((line, i) => {
    const above = lines[i - 1]
    const continued = above !== undefined && line.kind === 'message' && above.kind === 'message' && above.name === line.name && line.at - above.at < SAME_BREATH_MS
    return { line, continued }
  })
}
