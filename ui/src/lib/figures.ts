// Numbers and dates as the language of the window writes them.

import { locale, number } from './tongue.svelte'

const formats = new Map<string, Intl.DateTimeFormat>()

/** A moment as `options` of Intl ask for it. */
export function dated(at: number, options: Intl.DateTimeFormatOptions): string {
  const key = locale() + JSON.stringify(options)
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  formats.set(key, known)
  return known.format(at)
}

/** `9:02` */
export const timeOfDay = (at: number): string => dated(at, { hour: 'numeric', minute: '2-digit' })

/** `2,600`, `19.1` with one digit. */
export const figure = (value: number, digits = 0): string =>
  number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** `80%`, of a value from 0 to 100. */
export const percent = (value: number): string => number(value / 100, { style: 'percent' })
