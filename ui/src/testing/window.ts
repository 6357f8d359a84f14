// The whole window in a document without pixels, for tests: import this before anything of the window. Tests
// that show the session mock `uplot` themselves.

import { media, resize as resizeMedia } from './pixels'
import { flushSync, mount, tick, unmount } from 'svelte'
import { vi } from 'vitest'
import App from '../App.svelte'
import { clock } from '../lib/clock.svelte'
import type { Command, DeviceView } from '../lib/contract'
import { openFixture } from '../lib/demo/open'
import { device } from '../lib/demo/people'
import { hearth, type Screen } from '../lib/state.svelte'

export { media }

let app: ReturnType<typeof mount> | null = null

/** Opens a fixture in the window, in place of one that is open. */
export async function show(fixture: string, screen?: Screen): Promise<void> {
  await close()
  openFixture(fixture)
  if (screen) hearth.go(screen)
  await open()
}

/** Makes the open window wider or narrower. */
export function resize(width: number): void {
  resizeMedia(width)
  flushSync()
}

/** Draws the window anew over what it knows, as going to another screen and back does. */
export async function redraw(): Promise<void> {
  await close()
  await open()
}

async function open(): Promise<void> {
  app = mount(App, { target: document.body })
  await tick()
  await tick()
  flushSync()
}

export async function close(): Promise<void> {
  if (app) await unmount(app)
  app = null
}

/** For `afterEach`: nothing of a test is left for the next one. */
export async function tidy(): Promise<void> {
  await close()
  hearth.close()
  clock.start()
  vi.useRealTimers()
  media.width = 1120
}

export const find = (name: string) => document.querySelector<HTMLElement>(`[data-test="${name}"]`)
export const all = (name: string) => [...document.querySelectorAll<HTMLElement>(`[data-test="${name}"]`)]
export const sent = () => window.commands as Command[]
export const looks = () => window.looks as Command[]

export function click(element: HTMLElement): void {
  element.click()
  flushSync()
}

export const press = (name: string): void => click(find(name)!)

/** The companion tells these devices, each a sample with some differences. */
export function tell(...devices: Partial<DeviceView>[]): void {
  hearth.take({ event: 'devices', devices: devices.map((each) => device(each)) })
  flushSync()
}

/** Types into a field, or moves a slider. */
export function type(field: string | HTMLElement, text: string): void {
  const input = (typeof field === 'string' ? find(field) : field) as HTMLInputElement
  input.value = text
  input.dispatchEvent(new InputEvent('input', { bubbles: true }))
  flushSync()
}

export function key(init: KeyboardEventInit, at: EventTarget = window): void {
  at.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))
  flushSync()
}
