import { expect, it } from 'vitest'
import { clockTime, degrees, inUnit, toCelsius, toFahrenheit } from './temperature'

it('converts both ways', () => {
  expect(toFahrenheit(100)).toBe(212)
  expect(toCelsius(32)).toBe(0)
  expect(toCelsius(toFahrenheit(285))).toBeCloseTo(285)
})

it('says whole degrees in the unit of the person', () => {
  expect(degrees(toCelsius(545), 'fahrenheit')).toBe('545°')
  expect(degrees(285, 'celsius')).toBe('285°')
  expect(inUnit(284.6, 'celsius')).toBe(285)
})

it('tells minutes and seconds, never less than none', () => {
  expect(clockTime(0)).toBe('0:00')
  expect(clockTime(59.9)).toBe('0:59')
  expect(clockTime(75)).toBe('1:15')
  expect(clockTime(-3)).toBe('0:00')
})
