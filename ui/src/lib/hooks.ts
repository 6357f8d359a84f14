// Names that tests of the whole system may rely on, as `data-test` attributes. They stay when the look changes.
//
// `app` (root)             `data-stage` = stage of the session, `data-screen`, `data-link` = connecting/up/down
// `screen-session`, `screen-lobby`, `screen-devices`, `screen-history`, `screen-community`, `screen-settings`
// `nav-session`, `nav-lobby`, `nav-devices`, `nav-history`, `nav-community`, `nav-settings`
// `search`                 the field that `/` goes to
// `welcome` (`data-step` = 1/2/3/trial) stands before all screens until the first steps were gone through: `skip-welcome`,
//                          `welcome-next`, `welcome-back`, `try-it`, `where-public`, `where-code`, `where-host`, `where-simulated`, `welcome-code`;
//                          `trial-step` (`data-state` = done/now/next)
// `public-group` (`data-code`, `data-stage`), in it `join-row`; `lobby-filter`, `no-groups`, `nothing-fits`, `begin-public`
// `recent-group` (`data-code`), in it `rejoin`, `forget-recent`; `back-to-group`; `browse-lobby` leads to the lobby
// `host-here`              the switch (`aria-checked`, `aria-busy`); `hosting` while it runs: `host-address`, `host-qr`, `host-guests`,
//                          `copy-address`; `host-problem`
// `lan-gateway` (`data-id`), in it `join-lan`; `suggest-name`
// `community-gateway` (`data-id`, `data-state`), in it `open-community`, `open-service` (`data-service`); `add-community`, `no-communities`
// `community-form`, in it `community-url`, `community-name`, `community-secret`, `community-forget-secret`, `community-save`
// `community-page`, in it `community-state`, `community-banner` with `community-retry`, `community-mend`, `community-connect`;
//                          `community-menu` with `community-connect`, `community-disconnect`, `community-edit`, `community-remove`
// `share-telemetry`        the switch; `shared-device`; `allowed-name` (`data-name`, `data-permission`), in it `allowed-menu`, `disallow`
// `service-row` (`data-service`), in it the switch `follow-service`
// `community-client` (`data-name`, `data-permission`), in it `client-menu` with `message-client`, `permission-none`, `permission-take`,
//                          `permission-heat`; `message-text`, `message-send`; `open-people`, `community-people`
// `service-page` (`data-service`), in it `follow`, `unfollow`, `telemetry` (`data-activity`), `service-stats`, `sparkline`,
//                          `messages` (`data-paused`), `service-message` (`data-number`), `pause`, `go-on`, `send-text`, `send`, `send-result`
// `community-back`         from a page to the list, on a narrow window
// `stage-message`          what goes on, in words
// `stage-primary`          the one primary action, with `data-action` = ask, ready, start, sit-out, stop-heat, back,
//                          connect, heat-now; `stage-secondary` beside it
// `stop-heat`              also on the other screens and inside dialogs, while the device in use heats
// `hero-celsius`           attribute `data-celsius`, one decimal, empty when unknown; `data-activity` beside it
// `hero-state`, `hero-temperature`   as a person reads them
// `member`                 `data-member-id`, `data-activity`, `data-celsius`; in it `member-temperature`, `member-status`
// `sesh-counter`           its text is the number of seshes, and no more
// `group-code`             its text is the code, and no more
// `create-group`, `group-name`, `create-confirm`, `join-code`, `join-confirm`
// `group-menu`, in it `set-away`, `set-mobile` (`aria-checked`), `show-people`, `edit-group`, `leave-group`, `delete-group`;
//                          those of the owner are there only for the owner
// `people`                 opens the list of everybody, in which `watcher` (`data-member-id`) stands beside `member`
// `member-menu`            of another member, for the owner; in it `make-owner`, `kick-member`
// `edit-name`, `edit-private`, `edit-public` (`aria-checked`), `edit-save`
// `confirm`, `confirm-cancel`   the answers to a question
// `away-words`             what brings one back; on a wide window
// `settings-automation`, in it the switches `away-without-device`, `away-when-locked`, `away-idle`, `ask-by-device`, `remote-actions`
// `language-system`, `language-en`, `language-de` in the appearance
// `mini` (root of the mini window)   `data-stage`, `data-link`; in it `stage-message`, `stage-primary`, `hero-celsius`, `show-window`, `mini-close`
// `mini-button`            in the session's header, opens and closes the mini window; `mini-switch` in the settings
// `settings-notifications`, in it `notify-asked`, `notify-countdown`, `notify-temperature`, `notify-joined`, `notify-battery`,
//                          `notify-charged`, `quiet`, `quiet-from`, `quiet-to`, `mute`, `no-notifications`
// `settings-appearance`, in it `theme-system`, `theme-dark`, `theme-light`, `reduce-motion`, `more-contrast`
// `settings-startup`, in it `start-at-login`, `start-hidden`, `close-to-tray`, `record-shortcut`, `clear-shortcut`,
//                          `shortcut` (`data-keys`), `shortcut-help`
// `settings-overlay`, in it `overlay-on`, `overlay-url` (a field), `overlay-copy`, `overlay-key`, `overlay-pages`, `overlay-names`,
//                          `overlay-group`, `overlay-problem`, `overlay-preview`
// `settings-diagnostics`, in it `part` (`data-part`, `data-health`), `failure-row`, `log-folder`, `open-logs`, `prepare-bundle`,
//                          `bundle`, `bundle-file`, `save-bundle`, `drop-bundle`; `no-keychain` among the gateways
// `refusal`                why the gateway refuses, in the settings; `switch-gateway` in the banner
// `more-devices`           how many devices have no place in the rail
// `add-device`, `found-device` (`data-id`), `press-button`, `setup-step` (`data-state` = done/now/fail/next)
// `device-item` (`data-id`) one of the list; `device-link` the chips of its page, `data-state` = the state of the link;
//                          `link-problem` what keeps it from being live, where that lasts
// `setup-ready`, `setup-settings`   at the end of setting up
// `device-menu`, in it `set-clock`, `power-off`, `forget-device`; `device-rename`, `device-name`, `use-device`
// `device-doing`, `device-age`   what a live device does; since when the values of another one are known
// `profile-card`           `data-slot`, `data-used`; `aria-checked` = open in the editor; `use-profile`
// `profile-name`, `light-pattern`, `add-color`, `profile-save`, `profile-revert`, `profile-undo`
// `profile-state`          `data-state` = clean/dirty/busy/kept/failed; `edits-save` or `edits-keep`, and `edits-discard` in the question
// `lantern`, `stealth`, `preserve-battery`   switches, with `aria-checked` and `aria-busy`
// `serial`, `reveal-serial`, `diagnostics`, `copy-details`
// `host-scripts-on`, `host-scripts-address`, `host-secret-on`, `host-secret`, `reveal-host-secret`, `host-secret-new`   programs on what is hosted
// `inbox`, in it `inbox-message` (`data-to`), `inbox-open`, `inbox-answer`   what came for this person on a concierge
// `log`                    `data-state` = unread/reading/ready/failed; `log-tab` (`data-tab`), `read-log`
// `adapter`                `data-id`, empty for whichever works
// `stop-device`            stops the heat of a device that is not in use; `toast-stop`, `toast-show` in notices
// `gateway-state`          `data-state` = the state of the contract; its text is for people
// `toast` (`data-code`), `banner`, `failure`
// `chat-line` (`data-kind`), `chat-input`, `chat-send`, `react` (`data-emoji`)
// `heat-chart`             `data-curves` = number of curves, `data-live`

export {}
