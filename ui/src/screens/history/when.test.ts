import { afterEach, beforeEach, expect, it } from 'vitest'
import { speak } from '../../lib/tongue.svelte'
import { dayName, lasted, locale, weekdayLetter, when } from './when'

beforeEach(() => speak('en'))
afterEach(() => speak('en'))

const NOW = new Date(2026, 10, 21, 21, 9).getTime()
const at = (...parts: [number, number, number, number, number]) => when(new Date(...parts).getTime(), NOW).replace(/\s/g, ' ')

it('says days as people do, by the midnights between', () => {
  expect(at(2026, 10, 21, 0, 1)).toBe('Today, 12:01 AM')
  expect(at(2026, 10, 20, 23, 59)).toBe('Yesterday, 11:59 PM')
  expect(at(2026, 10, 15, 9, 0)).toBe('Sunday, 9:00 AM')
  expect(at(2026, 10, 14, 9, 0)).toBe('Nov 14, 9:00 AM')
  expect(at(2025, 10, 14, 9, 0)).toBe('Nov 14, 2025')
})

it('does not call the future a weekday: a clock was wrong', () => {
  expect(at(2026, 10, 23, 9, 0)).toBe('Nov 23, 9:00 AM')
})

it('knows days by their local name', () => {
  expect(dayName(new Date(2026, 0, 3, 23, 59).getTime())).toBe('2026-01-03')
  expect(dayName(new Date(2026, 0, 4, 0, 0).getTime())).toBe('2026-01-04')
  expect(weekdayLetter('2026-11-21')).toBe('S')
})

it('writes dates in the language of the window', () => {
  expect(locale()).toBe(navigator.language)
  speak('de')
  expect(locale()).toBe('de')
  expect(weekdayLetter('2026-11-22')).toBe('S')
  expect(when(new Date(2026, 10, 18, 9, 0).getTime(), NOW)).toMatch(/^Mittwoch, 0?9:00$/)
})

it('says how long a sesh was', () => {
  expect(lasted(42)).toBe('42 s')
  expect(lasted(84.4)).toBe('1 min 24 s')
  expect(lasted(600)).toBe('10 min 0 s')
})
