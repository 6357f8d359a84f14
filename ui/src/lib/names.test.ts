import { afterEach, expect, it } from 'vitest'
import { device, NOW } from './demo/people'
import { group, view } from './demo/session'
import { namedChat, namedDevices, namedGateway, namedGroup } from './names'
import { speak } from './tongue.svelte'

afterEach(() => speak('en'))

it('says the names that Hearth gives in the language of the window, and no others', () => {
  speak('de')
  const [me, ...rest] = group().members
  const named = namedGroup(group([{ ...me!, name: 'Guest' }, ...rest]))
  expect(named.members[0]!.name).toBe('Gast')
  expect(named.members[1]).toBe(rest[0])
  const local = { ...view().gateway!, url: 'local', name: 'On this computer', choices: [{ url: 'local', name: 'On this computer' }, { url: 'wss://x.example', name: 'x.example' }] }
  expect(namedGateway(local)).toMatchObject({ name: 'Auf diesem Computer', choices: [{ name: 'Auf diesem Computer' }, { name: 'x.example' }] })
  expect(namedDevices([device({ model: 'Model 90' })])[0]!.model).toBe('Modell 90')
})

it('leaves what people call themselves, and what did not change keeps its identity', () => {
  const chat = [{ id: 1, at: NOW, by: 'a', name: 'Robin', led: null, me: false, kind: 'message' as const, text: 'Guest', happened: null }]
  speak('de')
  expect(namedChat(chat)).toBe(chat)
  const all = group()
  expect(namedGroup(all)).toBe(all)
})
