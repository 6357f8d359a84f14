// The community screen in a document without pixels: what is there to press, and what it sends.

import { all, click, find, key, looks, media, press, sent, show, tidy, type } from '../../testing/window'
import { flushSync, tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CommunityGateway, Notice, ServiceFeed } from '../../lib/contract'
import { community, gateway, OFFERS, TIDE } from '../../lib/demo/community'
import { hearth } from '../../lib/state.svelte'
import { say } from '../../lib/tongue.svelte'

afterEach(tidy)

const tell = (...gateways: CommunityGateway[]) => {
  hearth.take({ event: 'community', community: { gateways, kinds: OFFERS } })
  flushSync()
}
const feed = (change: Partial<ServiceFeed>) => {
  hearth.take({ event: 'feed', feed: { ...TIDE, ...change } })
  flushSync()
}
const settle = async () => {
  await tick()
  flushSync()
}
/** A fixture that presses its way to a question. */
async function ask(fixture: string) {
  await show(fixture)
  await vi.waitFor(() => expect(document.querySelector('[role="dialog"]')).not.toBeNull())
  flushSync()
}
const pick = (name: string, test: string, at: ParentNode = document) => all(test).find((each) => at.contains(each) && Object.values(each.dataset).includes(name))!
const within = (element: Element, test: string) => element.querySelector<HTMLElement>(`[data-test="${test}"]`)!
const submit = (test: string) => {
  find(test)!.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  flushSync()
}
const numbers = () => all('service-message').map((each) => Number(each.dataset.number))

describe('a gateway', () => {
  it('is added by its address and a name, and shown when it is there', async () => {
    await show('community-none')
    expect(find('no-communities')).not.toBeNull()
    press('add-community')
    press('kind-concierge')
    type('community-url', '192.168.1.20:64209')
    type('community-name', 'rowan_desk')
    submit('community-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'concierge', url: 'ws://192.168.1.20:64209', name: 'rowan_desk' }])
    expect(find('community-form')).toBeNull()
    tell(gateway())
    await settle()
    expect(hearth.communityPane).toEqual({ gateway: 'home' })
    expect(find('community-page')).not.toBeNull()
  })

  it('is added with a secret only when one is typed, which is not shown', async () => {
    await show('community-none')
    press('add-community')
    press('kind-concierge')
    expect((find('community-secret') as HTMLInputElement).type).toBe('password')
    type('community-url', 'wss://c.example')
    type('community-name', 'rowan')
    type('community-secret', 'p w')
    submit('community-form')
    expect(sent()).toEqual([{ command: 'add_community', kind: 'concierge', url: 'wss://c.example', name: 'rowan', secret: 'p w' }])
  })

  it('takes no name that it would refuse, and says so while it is typed', async () => {
    await show('community-none')
    press('add-community')
    press('kind-concierge')
    type('community-url', 'ws://10.0.0.2:64209')
    type('community-name', 'rowan desk!')
    expect(find('community-form')!.textContent).toMatch(/Only letters, digits and _, as in rowan_desk/)
    submit('community-form')
    type('community-name', '')
    submit('community-form')
    expect(find('community-form')!.textContent).toMatch(/Choose the name that others see/)
    expect(sent()).toEqual([])
    type('community-name', 'Übung_7')
    submit('community-form')
    expect(sent()).toHaveLength(1)
  })

  it('is not added without an address, nor a second time', async () => {
    await ask('community-add')
    submit('community-form')
    expect(document.activeElement).toBe(find('community-url'))
    type('community-url', gateway().url)
    submit('community-form')
    expect(find('community-form')!.textContent).toMatch(/added this one already/)
    expect(sent()).toEqual([])
  })

  it('is met under another name without touching its secret, and the other way round', async () => {
    await ask('community-edit')
    type('community-name', 'rowan')
    submit('community-form')
    press('community-menu')
    press('community-edit')
    type('community-secret', 'new')
    submit('community-form')
    press('community-menu')
    press('community-edit')
    press('community-forget-secret')
    submit('community-form')
    press('community-menu')
    press('community-edit')
    submit('community-form')
    expect(sent()).toEqual([
      { command: 'edit_community', id: 'home', name: 'rowan' },
      { command: 'edit_community', id: 'home', secret: 'new' },
      { command: 'edit_community', id: 'home', secret: '' },
    ])
  })

  it('is removed when the person is sure', async () => {
    await ask('community-remove')
    press('confirm-cancel')
    expect(sent()).toEqual([])
    press('community-menu')
    press('community-remove')
    press('confirm')
    expect(sent()).toEqual([{ command: 'remove_community', id: 'home' }])
  })

  it('that was removed elsewhere takes its question along', async () => {
    await ask('community-remove')
    tell()
    await settle()
    expect(find('confirm')).toBeNull()
    expect(find('no-communities')).not.toBeNull()
  })

  it('is left, and connected to again', async () => {
    await show('community')
    press('community-menu')
    press('community-disconnect')
    tell(gateway({ state: { state: 'off' } }))
    press('community-connect')
    tell(gateway({ state: { state: 'waiting', retryAt: Infinity } }))
    press('community-retry')
    expect(sent()).toEqual([
      { command: 'connect_community', id: 'home', on: false },
      { command: 'connect_community', id: 'home', on: true },
      { command: 'connect_community', id: 'home', on: true },
    ])
  })

  it.each([
    ['community-name-taken', /Somebody has your name/, true],
    ['community-bad-name', /does not take this name/, true],
    ['community-bad-secret', /wants another secret/, true],
    ['community-version', /another version/, false],
    ['community-protocol', /did not understand/, false],
  ])('that refuses (%s) says why and shows a way out', async (fixture, words, mends) => {
    await show(fixture)
    expect(find('community-banner')!.textContent).toMatch(words)
    expect(find('community-retry')).not.toBeNull()
    expect(find('community-mend') !== null).toBe(mends)
    if (!mends) return
    press('community-mend')
    expect(find('community-form')).not.toBeNull()
  })

  it('is not said to be connected when nobody knows', async () => {
    await show('community-gone')
    expect(find('community-state')!.textContent!.trim()).toBe('Unknown')
    expect(find('community-banner')).toBeNull()
    expect(find('follow-service')!.getAttribute('aria-disabled')).toBe('true')
  })

  it('tells those who listen what became of it, and no seconds', async () => {
    await show('community')
    const said = () => find('community-said')!.textContent
    expect(said()).toBe('')
    tell(gateway({ state: { state: 'waiting', retryAt: Infinity } }))
    expect(said()).toBe('Home concierge is not answering')
    tell(gateway())
    expect(said()).toBe('Home concierge is connected')
    tell(gateway({ state: { state: 'connected', since: 0, latencyMs: 99 } }))
    expect(said()).toBe('Home concierge is connected')
  })
})

describe('what is sent to this person', () => {
  const open = (index: number) => click(all('inbox-message')[index]!.querySelector('button')!)

  it('is read whole, and answered while the sender is there', async () => {
    await show('community-inbox')
    expect(all('inbox-message')).toHaveLength(5)
    open(0)
    expect(find('inbox-open')!.textContent).toMatch(/"page": 2/)
    open(2)
    expect(all('inbox-message')[2]!.textContent).toMatch(/To everybody/)
    expect(find('inbox-answer'), 'who said it is gone').toBeNull()
    open(3)
    expect(all('inbox-message')[3]!.textContent).toMatch(/The beginning of 2.*B/)
    open(4)
    expect(all('inbox-message')[4]!.textContent).toMatch(/To hearth\.Ember/)
    press('inbox-answer')
    await vi.waitFor(() => expect(document.querySelector('[role="dialog"]')).not.toBeNull())
    expect(sent()).toEqual([])
  })

  it('is shown in part until the rest is wanted, and not at all when there is nothing', async () => {
    await show('community-inbox')
    press('inbox-all')
    expect(all('inbox-message')).toHaveLength(9)
    await show('community')
    expect(find('inbox')).toBeNull()
  })
})

describe('services', () => {
  it('are followed and let go', async () => {
    await show('community')
    click(within(pick('lights', 'service-row'), 'follow-service'))
    click(within(pick('physics_sim', 'service-row'), 'follow-service'))
    expect(sent()).toEqual([
      { command: 'follow_service', id: 'home', service: 'lights', on: true },
      { command: 'follow_service', id: 'home', service: 'physics_sim', on: false },
    ])
  })

  it('are looked at only while they are shown and followed', async () => {
    await show('community')
    click(pick('lights', 'open-service'))
    expect(looks().filter((each) => each.command === 'look_at_service')).toEqual([])
    click(pick('hearth.Tide', 'open-service'))
    click(pick('physics_sim', 'open-service'))
    click(all('open-community')[0]!)
    expect(looks().filter((each) => each.command === 'look_at_service')).toEqual([
      { command: 'look_at_service', id: 'home', service: 'hearth.Tide' },
      { command: 'look_at_service' },
      { command: 'look_at_service', id: 'home', service: 'physics_sim' },
      { command: 'look_at_service' },
    ])
  })

  it('that are not followed say what to do', async () => {
    await show('community-service-unfollowed')
    press('follow')
    expect(sent()).toEqual([{ command: 'follow_service', id: 'home', service: 'lights', on: true }])
  })

  it('that are gone are not an empty page', async () => {
    await show('community-service-gone')
    expect(find('service-gone')!.textContent).toMatch(/not there now/)
  })

  it('without a name have one to press on', async () => {
    await show('community-long-names')
    click(all('open-service').find((each) => each.dataset.service === '')!)
    expect(find('service-page')!.getAttribute('aria-label')).toBe('Service without a name')
    expect(find('not-followed')).not.toBeNull()
  })

  it('of a Hearth show its device in the unit of the person', async () => {
    await show('community-device-celsius')
    const card = find('telemetry')!
    expect(within(card, 'member-temperature').textContent).toBe('270°')
    expect(card.textContent).toMatch(/At temp/)
    expect(card.classList.contains('hot')).toBe(true)
    feed({ telemetry: { ...TIDE.telemetry!, activity: 'idle' } })
    expect(find('telemetry')!.classList.contains('hot')).toBe(false)
  })

  it('of other programs show numbers and messages only', async () => {
    await show('community-service')
    expect(find('telemetry')).toBeNull()
    expect(find('service-stats')!.textContent).toMatch(/30.*2\.1kB.*–/s)
    expect(find('sparkline')).not.toBeNull()
    expect(numbers()).toEqual([904, 903, 902, 901, 900])
  })

  it('show nothing of another service while theirs is on its way', async () => {
    await show('community-device')
    click(pick('physics_sim', 'open-service'))
    expect(find('telemetry')).toBeNull()
    expect(find('no-messages')!.textContent).toMatch(/Listening/)
  })
})

describe('messages', () => {
  const newer = (number: number) => ({ messages: [{ ...TIDE.messages[0]!, number }, ...TIDE.messages] })
  beforeEach(() => show('community-device'))

  it('stand still while they are paused, and catch up', () => {
    press('pause')
    feed(newer(9))
    expect(numbers()[0]).toBe(8)
    expect(find('messages')!.textContent).toMatch(/1 newer/)
    press('go-on')
    expect(numbers()[0]).toBe(9)
  })

  it('stand still while one of them is read', () => {
    click(all('service-message')[1]!.querySelector('button')!)
    feed(newer(9))
    expect(numbers()[0]).toBe(8)
    expect(find('message-open')!.textContent).toContain('"type": "temperature"')
  })

  it('are gone through with arrows', () => {
    const rows = all('service-message').map((each) => each.querySelector('button')!)
    rows[0]!.focus()
    key({ key: 'ArrowDown' }, rows[0])
    expect(document.activeElement).toBe(rows[1])
  })

  it('are sent to the owner, and are sent when they are back among the others', () => {
    type('send-text', '{"command":"ready"')
    expect(find('service-page')!.textContent).toMatch(/Goes as text/)
    type('send-text', '{"command":"ready"}')
    expect(find('service-page')!.textContent).toMatch(/Goes as JSON/)
    key({ key: 'Enter' }, find('send-text')!)
    expect(sent()).toEqual([{ command: 'send_to_service', id: 'home', to: { to: 'service', name: 'hearth.Tide' }, text: '{"command":"ready"}' }])
    expect(find('send-result')!.textContent).toBe('Sending')
    feed(newer(9))
    expect(find('send-result')!.textContent).toBe('Sending')
    feed({ messages: [{ ...TIDE.messages[0]!, number: 10, mine: true }, ...TIDE.messages] })
    expect(find('send-result')!.textContent).toBe('Sent')
    expect((find('send-text') as HTMLTextAreaElement).value).toBe('')
  })

  it('that did not arrive are there to be sent again, with the reason', async () => {
    type('send-text', 'hello')
    press('send')
    const notice: Notice = { id: 4, kind: 'error', code: 'community_not_sent', title: say('Your message was not sent'), advice: say('They are not there any more.'), device: null }
    hearth.take({ event: 'notices', notices: [notice] })
    await settle()
    expect(find('send-result')!.textContent).toBe('Your message was not sent. They are not there any more.')
    expect((find('send-text') as HTMLTextAreaElement).value).toBe('hello')
    expect(sent()).toContainEqual({ command: 'dismiss_notice', id: 4 })
  })

  it('that are too long are not sent', () => {
    type('send-text', 'ö'.repeat(8001))
    press('send')
    key({ key: 'Enter' }, find('send-text')!)
    expect(sent()).toEqual([])
    expect(find('service-page')!.textContent).toMatch(/Too long/)
  })
})

describe('people', () => {
  const client = (name: string) => pick(name, 'community-client')
  const choose = (name: string, permission: string) => {
    click(within(client(name), 'client-menu'))
    press(`permission-${permission}`)
  }

  it('take part at a word, and no more at another', async () => {
    await show('community')
    choose('mika', 'take')
    choose('light_bridge', 'none')
    choose('light_bridge', 'take')
    expect(sent()).toEqual([
      { command: 'allow_commands', id: 'home', name: 'mika', permission: 'take' },
      { command: 'allow_commands', id: 'home', name: 'light_bridge', permission: null },
    ])
  })

  it('start heats only after a question that says what that means', async () => {
    await show('community')
    choose('mika', 'heat')
    expect(sent()).toEqual([])
    const words = document.querySelector('[role="dialog"]')!.textContent!
    expect(words).toMatch(/gets hot when mika says so/)
    expect(words).toMatch(/has no secret, so a name proves nothing/)
    expect(document.activeElement).toBe(find('confirm-cancel'))
    press('confirm-cancel')
    expect(sent()).toEqual([])
    choose('mika', 'heat')
    press('confirm')
    expect(sent()).toEqual([{ command: 'allow_commands', id: 'home', name: 'mika', permission: 'heat' }])
  })

  it('with a secret count by their name and the secret', async () => {
    await ask('community-allow-heat-secret')
    expect(document.querySelector('[role="dialog"]')!.textContent).toMatch(/everybody who knows the secret/)
  })

  it('that were allowed are listed, there or not, and taken off', async () => {
    await show('community')
    expect(all('allowed-name').map((each) => each.dataset.name)).toEqual(['light_bridge', 'rowan_deck', 'old_script'])
    expect(pick('old_script', 'allowed-name').textContent).toMatch(/not there now/)
    expect(find('name-proves-nothing')).not.toBeNull()
    click(within(pick('old_script', 'allowed-name'), 'disallow'))
    expect(sent()).toEqual([{ command: 'allow_commands', id: 'home', name: 'old_script' }])
  })

  it('get a message of their own; I do not', async () => {
    await show('community')
    expect(within(client('rowan_desk'), 'client-menu')).toBeNull()
    click(within(client('mika'), 'client-menu'))
    press('message-client')
    type('message-text', 'hi')
    press('message-send')
    expect(sent()).toEqual([{ command: 'send_to_service', id: 'home', to: { to: 'client', uuid: 'uuid-mika' }, text: 'hi' }])
    expect(document.querySelector('[role="dialog"]')).toBeNull()
  })
})

it('shares devices at the flip of a switch, and leads to what others see of one', async () => {
  await show('community')
  press('share-telemetry')
  expect(sent()).toEqual([{ command: 'share_telemetry', id: 'home', on: false }])
  press('shared-device')
  expect(hearth.communityPane).toEqual({ gateway: 'home', service: 'hearth.Ember' })
  expect(find('service-page')!.textContent).toMatch(/your device, as others see it/)
})

it('is reached with a key of its own, and goes through its list with arrows', async () => {
  await show('chilling')
  hearth.take({ event: 'view', view: community([gateway()]) })
  key({ key: '5', ctrlKey: true })
  expect(find('screen-community')).not.toBeNull()
  const [first, second] = [all('open-community')[0]!, all('open-service')[0]!]
  expect([first.tabIndex, second.tabIndex]).toEqual([0, -1])
  first.focus()
  key({ key: 'ArrowDown' }, first)
  expect(document.activeElement).toBe(second)
  key({ key: '6', ctrlKey: true })
  expect(hearth.screen).toBe('settings')
})

it('is a list first on a narrow window, and goes back to it', async () => {
  media.width = 400
  await show('community-list')
  expect(find('community-page')).toBeNull()
  const row = pick('hearth.Tide', 'open-service')
  row.focus()
  click(row)
  await settle()
  expect(find('service-page')).not.toBeNull()
  press('community-back')
  await settle()
  expect(find('service-page')).toBeNull()
  expect(document.activeElement).toBe(pick('hearth.Tide', 'open-service'))
  click(all('open-community')[0]!)
  expect(all('community-client')).toHaveLength(5)
  key({ key: 'Escape' })
  expect(hearth.communityPane).toBeNull()
})

it('has its people in a drawer where there is no room for them, which Escape closes', async () => {
  media.width = 860
  await show('community')
  press('open-people')
  expect(find('open-people')!.getAttribute('aria-expanded')).toBe('true')
  key({ key: 'Escape' })
  expect(find('open-people')!.getAttribute('aria-expanded')).toBe('false')
})
