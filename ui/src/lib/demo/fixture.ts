// What a fixture is: a view, and where in the window the person is.

import type { Link } from '../backend'
import type { Command, Event, HistoryRange, View } from '../contract'
import type { CommunityPane, DevicesPane, OwnerDialog, Screen, SettingsPane } from '../state.svelte'
import { COMMUNITY } from './community'
import { DEVICES } from './devices'
import { HISTORY } from './history'
import { LOBBY } from './lobby'
import { MINI } from './mini'
import { PAGES } from './pages'
import { CHATS } from './chats'
import { ROOMS } from './rooms'
import { SESSION } from './session'
import { SETTINGS } from './settings'
import { VOICE } from './voice'
import { WELCOME } from './welcome'

export interface Fixture {
  view: View | null
  link?: Link
  screen?: Screen
  devicesPane?: DevicesPane
  communityPane?: CommunityPane
  settingsPane?: SettingsPane
  gatewayDialog?: boolean
  people?: boolean
  ownerDialog?: OwnerDialog
  leaveFor?: Command
  welcomeStep?: 1 | 2 | 3
  /** Typed into a field once it is drawn. */
  type?: [selector: string, text: string]
  historyRange?: HistoryRange
  /** Has the focus once it is drawn. */
  focus?: string
  /** Pressed once it is drawn, one after the other. */
  tap?: string | string[]
  /** Told after that. */
  then?: Event
  /** Brought into sight at the end. */
  scroll?: string
}

export const FIXTURES: Record<string, () => Fixture> = { ...SESSION, ...DEVICES, ...PAGES, ...HISTORY, ...LOBBY, ...COMMUNITY, ...ROOMS, ...CHATS, ...VOICE, ...WELCOME, ...SETTINGS, ...MINI }
