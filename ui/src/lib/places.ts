// What the places of a chat server are called: servers with channels, channels, or rooms. Which of them it has follows
// from what can be done there. Nothing here is drawn.

import type { ChatCan } from './contract'
import { msg } from './tongue.svelte'

/** Sentences about places; to be said with `t`. */
export interface PlaceWords {
  all: string
  none: string
  begin: string
  join: string
  joinOne: string
  joinTitle: string
  joinBy: string
  joinEmpty: string
  joinHelp: string
  makeOne: string
  makeTitle: string
  makeHelp: string
  copy: string
  leave: string
  /** With `{name}`. */
  leaveTitle: string
  leaveHelp: string
  gone: string
}

const SERVERS: PlaceWords = {
  all: msg('Servers'),
  none: msg('You are on no server yet'),
  begin: msg('Join one with the code that somebody gives you, or make your own.'),
  join: msg('Join'),
  joinOne: msg('Join with a code'),
  joinTitle: msg('Join a server'),
  joinBy: msg('Code or id'),
  joinEmpty: msg('Type the code that you were given.'),
  joinHelp: msg('Whoever is there can copy it for you.'),
  makeOne: msg('Make a server'),
  makeTitle: msg('New server'),
  makeHelp: msg('You own it: you make its channels, and can delete what others say.'),
  copy: msg('Copy the code to join'),
  leave: msg('Leave the server'),
  leaveTitle: msg('Leave {name}?'),
  leaveHelp: msg('What you said there stays. To come back you need its code.'),
  gone: msg('The channel was taken away, or you are not a member any more.'),
}

const CHANNELS: PlaceWords = {
  all: msg('Channels'),
  none: msg('You are in no channel yet'),
  begin: msg('Add one by its number, or make your own.'),
  join: msg('Add'),
  joinOne: msg('Add a channel'),
  joinTitle: msg('Add a channel'),
  joinBy: msg('Number'),
  joinEmpty: msg('Type its number.'),
  joinHelp: msg('Whoever is there can copy it for you.'),
  makeOne: msg('Make a channel'),
  makeTitle: msg('New channel'),
  makeHelp: msg('Others come in with its number, which you can copy for them.'),
  copy: msg('Copy the number'),
  leave: msg('Leave the channel'),
  leaveTitle: msg('Leave {name}?'),
  leaveHelp: msg('What you said there stays. To come back you need its number.'),
  gone: msg('The channel was taken away, or you are not a member any more.'),
}

const ROOMS: PlaceWords = {
  all: msg('Rooms'),
  none: msg('You know no room yet'),
  begin: msg('Go into one by its name or its number, or make your own.'),
  join: msg('Go in'),
  joinOne: msg('Go into a room'),
  joinTitle: msg('Go into a room'),
  joinBy: msg('Name or number'),
  joinEmpty: msg('Type its name or its number.'),
  joinHelp: msg('You are in one room at a time: you leave the one that you are in.'),
  makeOne: msg('Make a room'),
  makeTitle: msg('New room'),
  makeHelp: msg('You own it, and can delete what others say.'),
  copy: msg('Copy the number'),
  leave: msg('Take off the list'),
  leaveTitle: msg('Take {name} off the list?'),
  leaveHelp: msg('You leave it if you are in it. To come back you need its name or its number.'),
  gone: msg('Nobody told Hearth of this room.'),
}

export const placeWords = (can: Pick<ChatCan, 'channels' | 'many'>): PlaceWords => (can.channels ? SERVERS : can.many ? CHANNELS : ROOMS)
