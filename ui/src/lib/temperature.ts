// Temperatures for people. The contract speaks °C; a person chooses °F or °C. The gauge and the chart have
// one scale for both units, 60 to 640 °F, so that a picture looks the same in either.

import type { Unit } from './contract'

export const toFahrenheit = (celsius: number): number => (celsius * 9) / 5 + 32
export const toCelsius = (fahrenheit: number): number => ((fahrenheit - 32) * 5) / 9

/** Bounds of the gauge, °C. */
export const GAUGE_LOW = toCelsius(60)
export const GAUGE_HIGH = toCelsius(640)

/** In the person's unit, rounded. */
export const inUnit = (celsius: number, unit: Unit): number =>
  Math.round(unit === 'fahrenheit' ? toFahrenheit(celsius) : celsius)

/** `545°` */
export const degrees = (celsius: number, unit: Unit): string => `${inUnit(celsius, unit)}°`

/** `F` or `C` */
export const unitLetter = (unit: Unit): string => (unit === 'fahrenheit' ? 'F' : 'C')

/** `0:40`; never below zero. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
