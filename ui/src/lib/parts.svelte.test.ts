import { flushSync } from 'svelte'
import { expect, it } from 'vitest'
import { seshing, view } from './demo/session'
import { Parts } from './parts.svelte'
import { apply } from './view'

it('reads like the view, and asks only those anew who look at what changed', () => {
  let told = seshing(10)
  const parts = new Parts(told)
  expect({ ...parts.view }).toEqual(told)
  const asked = { settings: 0, chart: 0 }
  const end = $effect.root(() => {
    $effect(() => {
      void parts.view.settings
      asked.settings += 1
    })
    $effect(() => {
      void parts.view.chart
      asked.chart += 1
    })
  })
  flushSync()
  told = apply(told, { event: 'sample', member: 'mika', ms: 10_500, celsius: 200 })!
  expect(parts.follow(told)).toBe(true)
  flushSync()
  expect(asked).toEqual({ settings: 1, chart: 2 })
  expect(parts.view.chart).toBe(told.chart)
  end()
})

it('has no place for what it does not know', () => {
  expect(new Parts(view()).follow({ ...view(), weather: 'rain' } as never)).toBe(false)
})
