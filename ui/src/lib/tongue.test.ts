import { afterEach, describe, expect, it } from 'vitest'
import { CATALOGUES, speak, t, tongue } from './tongue.svelte'

describe('the language of the window', () => {
  afterEach(() => {
    speak('en')
    delete CATALOGUES.de['{count} cups']
    delete CATALOGUES.en['{count} cups']
  })

  it('follows the computer when asked to, and is English where it is not spoken', () => {
    speak('system', 'de-AT')
    expect(tongue()).toBe('de')
    speak('system', 'fr')
    expect(tongue()).toBe('en')
  })

  it('says a text that no catalogue has as it is written', () => {
    expect(t('Nothing of {this} {kind}', { kind: 'sort' })).toBe('Nothing of {this} sort')
  })

  it('chooses the plural form by the count', () => {
    CATALOGUES.en['{count} cups'] = { one: '{count} cup', other: '{count} cups' }
    CATALOGUES.de['{count} cups'] = { one: '{count} Tasse', other: '{count} Tassen' }
    expect(t('{count} cups', { count: 1 })).toBe('1 cup')
    speak('de')
    expect(t('{count} cups', { count: 1 })).toBe('1 Tasse')
    expect(t('{count} cups', { count: 2 })).toBe('2 Tassen')
  })
})
