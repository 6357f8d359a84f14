#!/usr/bin/env python3
"""Follows a device that somebody shares from Hearth on a concierge, and takes part in its seshes.

    stream_deck.py hearth.Ember              follows it; type i, r or s and Enter: inquire, ready, stop; q ends
    stream_deck.py hearth.Ember stop         sends the commands that are named, and says what became of them

Python 3.9 or newer, with the package websockets. The messages are documented in docs/telemetry.md, the gateway in
docs/protocol-concierge.md.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import sys
import threading

import websockets
from websockets.exceptions import WebSocketException

KEYS = {"i": "inquire", "r": "ready", "s": "stop"}
# Closes that say: not like this. Everything else is tried again.
FINAL = {
    4000: "it did not understand us",
    4002: "it did not understand us",
    4003: "it did not understand us",
    4005: "somebody has this name there already",
    4006: "it wants another secret",
    4007: "it speaks another version",
    4008: "it does not take this name: letters, digits and _ only",
}
PATIENCE = 10.0


def say(text):
    print(text, flush=True)


class Refused(Exception):
    """The gateway will not have us, or the service is not there."""


class Deck:
    """One client of a concierge that follows one service."""

    def __init__(self, gateway, name, service):
        self.gateway, self.name, self.service = gateway, name, service
        self.secret = os.environ.get("HEARTH_COMMUNITY_SECRET")
        self.was_there = False
        self.socket = None  # while the service is followed
        self.seen = None
        self.numbers = itertools.count(1)
        self.unanswered = {}

    async def attend(self, answered=None, followed=None):
        """From the connection to its end."""
        try:
            # A list: with a plain text the package offers each of its letters.
            async with websockets.connect(self.gateway, subprotocols=["ert-concierge"]) as socket:
                identify = {"type": "IDENTIFY", "name": self.name, "version": "0.2.0", "tags": ["deck"]}
                if self.secret:
                    identify["secret"] = self.secret
                await self.tell(socket, identify)
                async for text in socket:
                    await self.hear(socket, json.loads(text), answered, followed)
            code, reason = socket.close_code, socket.close_reason
        except WebSocketException as trouble:
            received = getattr(trouble, "rcvd", None)
            code, reason = (received.code if received else None), str(trouble)
        finally:
            self.socket = None
            self.unanswered.clear()
        # A name that is taken after a loss is our own, until the gateway misses us.
        if code in FINAL and not (code == 4005 and self.was_there):
            raise Refused(FINAL[code])
        say(f"disconnected: {reason or code}")

    @staticmethod
    async def tell(socket, payload):
        # Concierges of other people cannot read escapes in names.
        await socket.send(json.dumps(payload, ensure_ascii=False))

    async def hear(self, socket, payload, answered, followed):
        kind = payload.get("type")
        service = payload.get("service")
        name = service.get("name") if isinstance(service, dict) else service
        self.was_there = True
        if kind == "HELLO" or (kind == "SERVICE_CREATE_RESULT" and name == self.service):
            if self.socket is None:
                await self.tell(socket, {"type": "SELF_SUBSCRIBE", "service": self.service})
        elif kind == "INVALID_SERVICE" and name == self.service:
            if followed:
                raise Refused(f"nobody shares {self.service} there")
            say(f"waiting for {self.service}")
        elif kind == "SELF_SUBSCRIBE_RESULT" and name == self.service and self.socket is None:
            self.socket, self.seen = socket, None
            say(f"following {self.service}")
            if followed:
                await followed()
        elif kind == "SERVICE_DELETE_RESULT" and name == self.service and self.socket:
            self.socket = None
            say(f"{self.service} is gone")
        elif kind == "MESSAGE":
            target = payload.get("target") or {}
            # Only the owner of a service can speak with these; anybody could send the same to our name.
            if target.get("type") in ("SERVICE", "SERVICE_CLIENT_UUID") and target.get("service") == self.service:
                self.message(payload.get("data"), answered)

    def message(self, data, answered):
        if not isinstance(data, dict) or data.get("hearth") != 1:
            return
        if data.get("type") == "state":
            self.state(data["device"], data.get("group"))
        elif data.get("type") == "sesh":
            say(sesh(data))
        elif data.get("type") == "answer":
            command = self.unanswered.pop(data.get("id"), None)
            if command:
                say(f"{command}: {'done' if data['ok'] else 'refused: ' + data['why']}")
                if answered:
                    answered(data["ok"])

    def state(self, device, group):
        """One line for what is new; degrees and percent alone are not."""
        news = [device[key] for key in ("activity", "target", "profile", "charging")]
        news.append(group and group["stage"])
        if news == self.seen:
            return
        self.seen = news
        words = [device["activity"]]
        if device["temperature"] is not None:
            target = device["target"]
            words.append(f"{device['temperature']:.0f} °C" + (f" of {target:.0f} °C" if target is not None else ""))
        if device["profile"]:
            words.append(device["profile"])
        if device["battery"] is not None:
            words.append(f"{device['battery']} %" + (" charging" if device["charging"] else ""))
        if group:
            words.append(f"{group['name'] or 'group'} {group['stage']}")
        say(f"{device['name']}: {', '.join(words)}")

    async def command(self, command):
        """Sends a command now, or not at all: nothing that was asked for is done late."""
        if self.socket is None:
            say(f"{command}: not sent, {self.service} is not there")
            return
        number = next(self.numbers)
        self.unanswered[number] = command
        target = {"type": "SERVICE", "service": self.service}
        data = {"hearth": 1, "command": command, "id": number}
        with contextlib.suppress(WebSocketException):
            await self.tell(self.socket, {"type": "MESSAGE", "target": target, "data": data})

    async def follow(self):
        """Follows until q is pressed."""
        keys = asyncio.create_task(self.keys())
        tries = 0
        while True:
            attending = asyncio.create_task(self.attend())
            began = asyncio.get_running_loop().time()
            done, _ = await asyncio.wait({keys, attending}, return_when=asyncio.FIRST_COMPLETED)
            if keys in done:
                attending.cancel()
                await asyncio.gather(attending, return_exceptions=True)
                return True
            try:
                attending.result()
            except (OSError, asyncio.TimeoutError) as trouble:
                say(f"not connected: {trouble}")
            # Longer each time, and never all at once.
            tries = 0 if asyncio.get_running_loop().time() - began > PATIENCE else tries + 1
            await asyncio.wait({keys}, timeout=min(2**tries, 30) * random.uniform(0.5, 1))

    async def keys(self):
        """Commands from the keyboard. Without one this never ends."""
        loop, pressed = asyncio.get_running_loop(), asyncio.Queue()

        def read():
            # Unbuffered: a buffer that a thread waits for keeps Python from ending.
            with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as keyboard:
                for line in keyboard:
                    with contextlib.suppress(RuntimeError):
                        loop.call_soon_threadsafe(pressed.put_nowait, line.decode(errors="replace").strip())

        threading.Thread(target=read, daemon=True).start()
        while True:
            key = await pressed.get()
            if key == "q":
                return
            command = KEYS.get(key, key)
            if command in KEYS.values():
                await self.command(command)
            elif key:
                say("i inquire, r ready, s stop, q quit")

    async def send(self, commands):
        """Sends commands one after the other; whether all were taken."""
        results = asyncio.Queue()
        left = iter(commands)

        async def following():
            await self.command(next(left))

        attending = asyncio.create_task(self.attend(answered=results.put_nowait, followed=following))
        taken = []
        try:
            while len(taken) < len(commands):
                waiting = asyncio.create_task(results.get())
                await asyncio.wait({waiting, attending}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():
                    waiting.cancel()
                    if attending.done():
                        attending.result()
                    raise Refused("no answer")
                taken.append(waiting.result())
                if len(taken) < len(commands):
                    await following()
        finally:
            attending.cancel()
            await asyncio.gather(attending, return_exceptions=True)
        return all(taken)


def sesh(data):
    event, me = data.get("event"), ", with us" if data.get("me") else ""
    if event == "inquiry":
        return "sesh: somebody asks everyone to get ready"
    if event == "ready":
        return f"sesh: {data['ready']} of {data['counted']} ready{me}"
    if event == "countdown":
        return f"sesh: {data['devices']} start together{me}"
    return f"sesh: {event}"


def main():
    arguments = argparse.ArgumentParser(description="Follows a device on a concierge, and takes part.")
    arguments.add_argument("--gateway", default="ws://127.0.0.1:64209/ws", help="address (%(default)s)")
    arguments.add_argument("--name", default="deck", help="the name to have there (%(default)s)")
    arguments.add_argument("service", help="such as hearth.Ember")
    arguments.add_argument("commands", nargs="*", metavar="command", help="inquire, ready or stop")
    options = arguments.parse_args()
    for command in options.commands:
        if command not in KEYS.values():
            arguments.error(f"no such command: {command}")
    deck = Deck(options.gateway, options.name, options.service)
    try:
        good = asyncio.run(deck.send(options.commands) if options.commands else deck.follow())
    except (Refused, OSError, asyncio.TimeoutError) as why:
        sys.exit(f"{options.gateway}: {why}")
    except KeyboardInterrupt:
        good = True
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
