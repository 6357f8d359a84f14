import { expect, it } from 'vitest'
import { isJson, nameProblem, often, perSecond, readable, serviceTitle, sparkline, stateWords, tidyName, titleIn } from './community'
import { device } from './demo/people'

it('takes letters and digits of every script in names, and _', () => {
  for (const name of ['', 'rowan_desk', 'Übung7', '日本', '_']) expect(nameProblem(name)).toBe('')
  for (const name of ['a b', 'a-b', 'a.b', ' ', '🔥']) expect(nameProblem(name)).not.toBe('')
})

it('makes a name of what was typed', () => {
  expect(tidyName(' Rowan & Co. ')).toBe('Rowan_Co_')
  expect(tidyName('🔥 !')).toBe('')
})

it('calls services by what people may read', () => {
  expect(serviceTitle({ name: 'physics', nickname: 'Physics sim' })).toBe('Physics sim')
  expect(serviceTitle({ name: 'physics', nickname: '  ' })).toBe('physics')
  expect(serviceTitle({ name: ' ', nickname: null })).toBe('Service without a name')
})

it('calls a device of one’s own by its name, also when it is known under another id by now', () => {
  const sharing = { on: true, services: [{ device: 'old', service: 'hearth.Ember', subscribers: 0 }], allowed: [] }
  const mine = { name: 'hearth.Ember', nickname: null, mine: true }
  expect(titleIn({ sharing }, mine, [device({ id: 'new', formerIds: ['old'], name: 'Ember' })])).toBe('Ember')
  expect(titleIn({ sharing }, mine, [])).toBe('hearth.Ember')
  expect(titleIn({ sharing }, { ...mine, mine: false }, [device({ id: 'old' })])).toBe('hearth.Ember')
})

it('says how often with one digit where that matters', () => {
  expect([0, 0.04, 0.44, 4, 9.96, 30.2, 1234.5].map(often)).toEqual(['0', '0', '0.4', '4', '10', '30', '1,235'])
  expect(perSecond(30.2)).toBe('30/s')
})

it('counts down to the next try, and does not say 0 s', () => {
  expect(stateWords({ state: 'waiting', retryAt: 8000 }, 0)).toBe('Retry in 8 s')
  expect(stateWords({ state: 'waiting', retryAt: 8000 }, 8000)).toBe('Connecting')
})

it('draws a line from zero to the most there was', () => {
  expect(sparkline([0, 2, 1], 10, 10)).toBe('M0.0 10.0L5.0 0.0L10.0 5.0')
  expect(sparkline([0, 0], 10, 10)).toBe('M0.0 10.0L10.0 10.0')
})

it('reads JSON with room, and leaves alone what is none', () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}')
  expect(readable('{"a":')).toBe('{"a":')
  expect([isJson('1'), isJson('hello')]).toEqual([true, false])
})
