import { expect, it } from 'vitest'
import type { Command } from './contract'
import { Looker } from './look'

function looker() {
  const told: Command[] = []
  return { looker: new Looker((command) => told.push(command)), told }
}
const look = (visible: boolean, device: string | null): Command => ({ command: 'look', visible, device })

it('says what is looked at when it changes, and once', () => {
  const { looker: eyes, told } = looker()
  eyes.at({ visible: true, device: null })
  eyes.at({ visible: true, device: null })
  eyes.at({ visible: true, device: 'ember' })
  expect(told).toEqual([look(true, null), look(true, 'ember')])
})

it('looks at no device while nobody sees the window', () => {
  const { looker: eyes, told } = looker()
  eyes.at({ visible: false, device: 'ember' })
  eyes.at({ visible: false, device: 'fern' })
  eyes.at({ visible: true, device: 'fern' })
  expect(told).toEqual([look(false, null), look(true, 'fern')])
})

it('says it again to a companion that was away', () => {
  const { looker: eyes, told } = looker()
  eyes.at({ visible: true, device: 'ember' })
  eyes.forget()
  eyes.at({ visible: true, device: 'ember' })
  expect(told).toHaveLength(2)
})
