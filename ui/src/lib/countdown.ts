// How long a group counts down before its devices heat: what its owner can choose, and how it is said.

import { t } from './tongue.svelte'

/** What every group has unless its owner chose: no countdown but 3-2-1. */
export const USUAL_MS = 2100

/** What is offered, ms. */
export const LENGTHS: readonly number[] = [USUAL_MS, 3000, 5000, 10_000, 20_000, 30_000]

/** The longest that is shown, in seconds. */
export const LONGEST_S = 30

/** From this length on, devices of friends in a browser do not wait so long. */
export const LONG_MS = 9000

/** As the choice of it says: `At once, 3-2-1`, `10 s`. */
export const lengthName = (ms: number): string =>
  ms <= USUAL_MS ? t('At once, 3-2-1') : t('{seconds} s', { seconds: Math.round(ms / 1000) })

/** What is offered, and what is chosen already although it is not. */
export const lengthsWith = (ms: number): readonly number[] =>
  LENGTHS.includes(ms) ? LENGTHS : [...LENGTHS, ms].sort((a, b) => a - b)

/** What those who listen hear of the seconds that are left: not every one of them. */
export const spokenSeconds = (left: number): number => [5, 10, 20].find((mark) => left <= mark) ?? LONGEST_S
