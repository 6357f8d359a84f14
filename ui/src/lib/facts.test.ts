import { expect, it } from 'vitest'
import { device, FACTS, NO_FACTS } from './demo/people'
import { aboutFacts, clockAhead, clockIsOff, detailsText, diagnosticFacts, paceWords } from './facts'

it('shows a row only when the device tells it', () => {
  const silent = device({ facts: NO_FACTS, chamber: null, totalDabs: null })
  expect(aboutFacts(silent)).toEqual([])
  expect(diagnosticFacts(silent, 'fahrenheit')).toEqual([])
  expect(aboutFacts(device()).map((fact) => fact.name)).toContain('Battery capacity')
})

it('shows a value that is nought', () => {
  const rows = diagnosticFacts(device({ facts: { ...NO_FACTS, hardware: 0, clockOffS: 0 } }), 'celsius')
  expect(rows).toEqual([
    { name: 'Hardware', value: '0', mono: true },
    { name: 'Clock', value: 'right' },
  ])
})

it('speaks of a clock that is off only from ten seconds on', () => {
  expect(clockIsOff(device({ facts: { ...FACTS, clockOffS: -10 } }))).toBe(false)
  expect(clockIsOff(device({ facts: { ...FACTS, clockOffS: -11 } }))).toBe(true)
  expect(clockIsOff(device({ facts: { ...FACTS, clockUnset: true } }))).toBe(true)
  expect(clockIsOff(device({ facts: NO_FACTS }))).toBe(false)
})

it('copies neither serial number, name nor full address', () => {
  const text = detailsText(device({ name: 'Zanzibar', serialEnd: '89A' }), '0.1.0', 'celsius')
  expect(text).toMatch(/^Hearth 0\.1\.0\nPeak Pro, ready\nFirmware: AF\n/)
  expect(text).toMatch(/Battery: 3\.94 V, −0\.05 A, 25°C/)
  expect(text).not.toMatch(/89A|Zanzibar|Serial/)
  expect(text).toMatch(/Bluetooth address: ••••••3F1/)
})

it('copies what went wrong', () => {
  const problem = { code: 'unlock_refused', title: { text: 'Ember did not unlock' }, advice: { text: '' }, details: 'answered 0x05' }
  expect(detailsText(device({ link: { state: 'failed', problem, step: 1 } }), '1', 'celsius')).toMatch(/unlock_refused: .*\nanswered 0x05$/)
})

it('says how long answers took, and how far the clock of a gateway is off', () => {
  expect(paceWords({ lastMs: 61, usualMs: 58, slowMs: 1400 })).toBe('half within 58 ms, nearly all within 1,400 ms, the last 61 ms')
  expect([clockAhead(0.2), clockAhead(4), clockAhead(-1200)]).toEqual(['as here', '4 ms ahead', '1,200 ms behind'])
})
