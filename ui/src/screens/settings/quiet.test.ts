import { expect, it } from 'vitest'
import { clockOf, minutesOf } from './quiet'

it.each([
  ['22:30', 1350],
  ['22:30:00', 1350],
  ['8', 480],
  ['0830', 510],
  [' 7.05 ', 425],
  ['10:30 pm', 1350],
  ['12 am', 0],
  ['12:15 p.m.', 735],
  ['24:00', 0],
])('reads %j', (text, minutes) => {
  expect(minutesOf(text)).toBe(minutes)
})

it.each(['', 'late', '25:00', '24:01', '9:60', '13 pm', '0 am', '1:2'])('does not read %j', (text) => {
  expect(minutesOf(text)).toBeNull()
})

it('writes what it reads', () => {
  for (const minutes of [0, 1, 59, 60, 719, 720, 1439]) expect(minutesOf(clockOf(minutes))).toBe(minutes)
})
