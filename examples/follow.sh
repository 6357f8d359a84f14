#!/bin/sh
# Follows a device that somebody shares from Hearth on a concierge: every message is a line of JSON.
# Each line that is typed is sent to the device as a command: inquire, ready or stop.
#
#     follow.sh hearth.Ember [NAME [ws://127.0.0.1:64209/ws]]
#
# Needs websocat 1 (https://github.com/vi/websocat). A secret (without quotes and backslashes, which names of services
# of Hearth do not have either) is taken from HEARTH_COMMUNITY_SECRET.
set -eu
service=${1:?"such as hearth.Ember"} name=${2:-lamp} gateway=${3:-ws://127.0.0.1:64209/ws}
secret=${HEARTH_COMMUNITY_SECRET:+\"$HEARTH_COMMUNITY_SECRET\"}

said() {
    printf '{"type":"IDENTIFY","name":"%s","version":"0.2.0","tags":[],"secret":%s}\n' "$name" "${secret:-null}"
    printf '{"type":"SELF_SUBSCRIBE","service":"%s"}\n' "$service"
    while read -r command; do
        printf '{"type":"MESSAGE","target":{"type":"SERVICE","service":"%s"},' "$service"
        printf '"data":{"hearth":1,"command":"%s","id":"%s"}}\n' "$command" "$command"
    done
}

said | websocat -t --protocol ert-concierge "$gateway"
