// A change of a heat profile before it is saved: the fields that a person touched, and how to take them back
// one by one. A field that was not touched follows the device; a touched one stays until it is saved.

import type { LightView, ProfileChanges, ProfileView, Unit } from './contract'
import { toCelsius, toFahrenheit } from './temperature'
import { msg, t } from './tongue.svelte'

export type Field = keyof ProfileChanges

export interface Draft {
  /** The touched fields; none of them is what the device has. */
  readonly changes: ProfileChanges
  /** What it was before each edit, oldest first. Edits of one field in a row are one. */
  readonly past: readonly { field: Field; changes: ProfileChanges }[]
}

export const UNTOUCHED: Draft = { changes: {}, past: [] }

/** Longest names, bytes of UTF-8. */
export const PROFILE_NAME_BYTES = 29
export const DEVICE_NAME_BYTES = 31

/** What a number may be and how it steps. */
export interface Scale {
  low: number
  high: number
  step: number
}

/** Target of a profile, in the person's unit. */
export const TEMPERATURE: Record<Unit, Scale> = {
  fahrenheit: { low: 400, high: 620, step: 5 },
  celsius: { low: 204, high: 327, step: 1 },
}
/** Hold time, s. */
export const TIME: Scale = { low: 15, high: 120, step: 5 }
/** What a boost adds to the target, in degrees of the person's unit. */
export const BOOST: Record<Unit, Scale> = {
  fahrenheit: { low: 0, high: 35, step: 5 },
  celsius: { low: 0, high: 20, step: 1 },
}
/** What a boost adds to the hold time, s. */
export const BOOST_TIME: Scale = { low: 0, high: 60, step: 5 }

export const INTENSITIES = [
  { value: 0, name: msg('Standard') },
  { value: 0.5, name: msg('High') },
  { value: 1, name: msg('Max') },
  { value: 1.5, name: msg('XL') },
] as const

/** The intensities to choose from: what the device takes, and what the profile has. */
export const intensitiesFor = (offered: readonly number[], present: number) =>
  INTENSITIES.filter(({ value }) => offered.includes(value) || value === present).map(({ value, name }) => ({ value: String(value), name: t(name) }))

export const clampTo = (value: number, { low, high }: Scale): number => Math.min(high, Math.max(low, value))

/** The next step above (`1`) or below (`-1`); a value between steps goes to the nearest one in that direction. */
export function stepped(value: number, scale: Scale, direction: 1 | -1, steps = 1): number {
  const at = value / scale.step
  const next = direction > 0 ? Math.floor(at + 1e-6) + steps : Math.ceil(at - 1e-6) - steps
  return clampTo(next * scale.step, scale)
}

/** The target that the device gets for a number in the person's unit, °C; never outside 400 to 620 °F. */
export function targetCelsius(value: number, unit: Unit): number {
  const celsius = unit === 'fahrenheit' ? toCelsius(value) : value
  return Math.min(toCelsius(620), Math.max(toCelsius(400), celsius))
}

/** A difference of temperatures in the person's unit, rounded. */
export const differenceInUnit = (celsius: number, unit: Unit): number =>
  Math.round(unit === 'fahrenheit' ? toFahrenheit(celsius) - 32 : celsius)
export const differenceCelsius = (value: number, unit: Unit): number => (unit === 'fahrenheit' ? (value * 5) / 9 : value)

/** The profile with the touched fields in place. */
export function drafted(profile: ProfileView, { changes }: Draft): ProfileView {
  return { ...profile, ...changes, color: changes.light?.colors[0] ?? profile.color }
}

export const isDirty = ({ changes }: Draft): boolean => Object.keys(changes).length > 0

/** Touches a field. One that is set to what the device has is untouched again. */
export function edited<F extends Field>(draft: Draft, profile: ProfileView, field: F, value: ProfileView[F] & ProfileChanges[F]): Draft {
  const past = draft.past.at(-1)?.field === field ? draft.past : [...draft.past, { field, changes: draft.changes }]
  return { changes: differing(profile, { ...draft.changes, [field]: value }), past }
}

/** Takes the last edit back. */
export function undone(draft: Draft, profile: ProfileView): Draft {
  const last = draft.past.at(-1)
  return last ? { changes: differing(profile, last.changes), past: draft.past.slice(0, -1) } : draft
}

/** The draft over what the device has now; the same draft when nothing came of it. */
export function followed(draft: Draft, profile: ProfileView): Draft {
  const changes = differing(profile, draft.changes)
  return Object.keys(changes).length === Object.keys(draft.changes).length ? draft : { ...draft, changes }
}

/** Without the fields that were sent, unless they were touched again since. */
export function confirmed(draft: Draft, sent: ProfileChanges): Draft {
  const left = Object.entries(draft.changes).filter(([field, value]) => !same(field as Field, value, sent[field as Field]))
  return { changes: Object.fromEntries(left), past: [] }
}

/** Why it cannot be saved; `null` when it can. */
export function nameProblem(name: string, most: number): string | null {
  const bytes = byteLength(name.trim())
  if (bytes === 0) return t('It needs a name.')
  if (/\p{Cc}/u.test(name.trim())) return t('It has a character that cannot be seen. Type the name again.')
  if (bytes > most) return t('Too long by {excess}. The device keeps {most} bytes; letters with accents and emoji take more than one.', { excess: bytes - most, most })
  return null
}

/** What is sent to the device. */
export const toSend = ({ changes }: Draft): ProfileChanges =>
  changes.name === undefined ? changes : { ...changes, name: changes.name.trim() }

/** Bytes of UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length

function differing(profile: ProfileView, changes: ProfileChanges): ProfileChanges {
  const kept = Object.entries(changes).filter(([field, value]) => !same(field as Field, value, profile[field as Field]))
  return Object.fromEntries(kept)
}

/** How far numbers may be apart and still be the same: devices keep them in their own units. */
const SLACK: Partial<Record<Field, number>> = { celsius: 0.06, seconds: 0.5, intensity: 0.01, boostCelsius: 0.06, boostSeconds: 0.5 }

function same(field: Field, one: unknown, other: unknown): boolean {
  if (one === null || one === undefined || other === null || other === undefined) return one === other
  if (typeof one === 'number') return Math.abs(one - (other as number)) < (SLACK[field] ?? 0)
  if (field === 'light') return sameLight(one as LightView, other as LightView)
  return one === other
}

export const sameLight = (one: LightView, other: LightView): boolean =>
  one.pattern === other.pattern &&
  (one.pattern === 'steady' || Math.abs(one.tempo - other.tempo) < 0.01) &&
  one.colors.join().toLowerCase() === other.colors.join().toLowerCase()

/** Whether two sets of changes say the same. */
export function sameChanges(one: ProfileChanges, other: ProfileChanges): boolean {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)] as Field[])
  return [...fields].every((field) => same(field, one[field], other[field]))
}
