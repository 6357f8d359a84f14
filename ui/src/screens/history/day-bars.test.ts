import { beforeEach, describe, expect, it } from 'vitest'
import type { HistoryDay } from '../../lib/contract'
import { speak } from '../../lib/tongue.svelte'
import { marks, plot, spanName, spans, stepOf } from './day-bars'
import { dayName } from './when'

beforeEach(() => speak('en'))

const from = (count: number, dabs: (i: number) => number = () => 1): HistoryDay[] =>
  Array.from({ length: count }, (_, i) => ({ day: dayName(new Date(2026, 10, 21 - (count - 1 - i), 12).getTime()), dabs: dabs(i) }))
const TODAY = '2026-11-21'

describe('dabs per day', () => {
  it('has a bar for each day, and only the last is today', () => {
    const list = spans(from(14), TODAY)
    expect(list.map((span) => span.from)).toEqual(from(14).map(({ day }) => day))
    expect(list.map((span) => span.today)).toEqual([...Array(13).fill(false), true])
  })

  it('says of no day that it is today when the history is of yesterday', () => {
    expect(spans(from(14), '2026-11-22').some((span) => span.today)).toBe(false)
  })

  it('puts weeks, then months together where days could not be seen, and loses no dab', () => {
    for (const [count, step] of [[92, 'day'], [93, 'week'], [644, 'week'], [645, 'month'], [4000, 'month']] as const) {
      expect(stepOf(count)).toBe(step)
      const list = spans(from(count, (i) => i % 5), TODAY)
      expect(list.reduce((sum, span) => sum + span.dabs, 0)).toBe(from(count, (i) => i % 5).reduce((sum, day) => sum + day.dabs, 0))
      expect(list.at(-1)).toMatchObject({ to: TODAY, today: true })
      expect(list.length).toBeLessThanOrEqual(135)
    }
    expect(spans(from(100), TODAY).map((span) => span.dabs)).toEqual([2, ...Array(14).fill(7)])
    const months = spans(from(700), TODAY)
    expect(months.at(-1)).toMatchObject({ from: '2026-11-01', dabs: 21 })
  })

  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
    [4, [0, 2, 4]],
    [9, [0, 5, 10]],
    [16, [0, 10, 20]],
    [70, [0, 50, 100]],
    [2999, [0, 1000, 2000, 3000]],
  ])('has marks for %i dabs', (highest, expected) => expect(marks(highest)).toEqual(expected))

  it('draws bars inside the plot, the highest below its top, labels that do not touch', () => {
    for (const [count, width] of [[14, 420], [14, 336], [90, 420], [90, 336], [400, 420], [2000, 336], [1, 420]] as const) {
      const step = stepOf(count)
      const { bars, left, right, ground } = plot(spans(from(count, (i) => i % 11), TODAY), step, width, 150)
      for (const bar of bars) {
        expect(bar.x).toBeGreaterThanOrEqual(left)
        expect(bar.x + bar.width).toBeLessThanOrEqual(right + 0.01)
        expect(bar.y).toBeGreaterThanOrEqual(0)
        expect(bar.y + bar.height).toBeCloseTo(ground)
      }
      const labelled = bars.filter((bar) => bar.label !== null)
      expect(labelled.at(-1)).toBe(bars.at(-1))
      for (const [i, bar] of labelled.entries()) if (i > 0) expect(bar.x - labelled[i - 1]!.x).toBeGreaterThan(count <= 14 ? 20 : 55)
    }
  })

  it('names days, weeks and months', () => {
    const [yesterday, today] = spans(from(2), TODAY)
    expect(spanName(today!, 'day')).toBe('Today')
    expect(spanName(yesterday!, 'day')).toBe('Friday, November 20')
    expect(spanName(spans(from(93), TODAY).at(-1)!, 'week')).toBe('Nov 15 – Nov 21')
    expect(spanName(spans(from(700), TODAY).at(-1)!, 'month')).toBe('November 2026')
  })
})
