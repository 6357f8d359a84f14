-- What happened: devices, dabs, seshes, and the groups that were visited. Times are milliseconds since
-- 1970-01-01 UTC, temperatures °C, durations milliseconds.
-- Migrations only go forward: what has been released is never edited, a later file changes it.

-- "HHst": says whose file it is.
PRAGMA application_id = 1212707700;

CREATE TABLE devices (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- What the program names it by: neither an address nor a serial number.
    key     TEXT    NOT NULL UNIQUE,
    name    TEXT    NOT NULL,
    model   TEXT    NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE seshes (
    -- Never given twice: a list that is a little old must not name another sesh.
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- What the recorder names it by: when it was to begin.
    key        INTEGER NOT NULL UNIQUE,
    gateway    TEXT    NOT NULL,
    group_name TEXT    NOT NULL,
    -- As the group counts.
    number     INTEGER,
    began_ms   INTEGER NOT NULL,
    -- The last moment that is known of it.
    known_ms   INTEGER NOT NULL,
    -- NULL: under way.
    ended_ms   INTEGER,
    skew_ms    INTEGER,
    -- The program ended before the sesh did.
    cut_short  INTEGER NOT NULL DEFAULT 0 CHECK (cut_short IN (0, 1))
) STRICT;

CREATE INDEX seshes_by_began ON seshes (began_ms, id);

CREATE TABLE members (
    sesh_id         INTEGER NOT NULL REFERENCES seshes (id) ON DELETE CASCADE,
    n               INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    color           TEXT,
    own             INTEGER NOT NULL CHECK (own IN (0, 1)),
    model           TEXT,
    target_c        REAL,
    -- When it began to heat, after the beginning of the sesh; may be negative.
    began_after_ms  INTEGER,
    time_to_temp_ms INTEGER,
    peak_c          REAL,
    excluded        INTEGER NOT NULL CHECK (excluded IN (0, 1)),
    -- docs/history.md, "Curves".
    curve           BLOB    NOT NULL,
    PRIMARY KEY (sesh_id, n)
) STRICT;

CREATE TABLE lines (
    sesh_id INTEGER NOT NULL REFERENCES seshes (id) ON DELETE CASCADE,
    n       INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    kind    TEXT    NOT NULL CHECK (kind IN ('message', 'reaction', 'people', 'sesh')),
    -- NULL: nobody's.
    name    TEXT,
    color   TEXT,
    own     INTEGER NOT NULL CHECK (own IN (0, 1)),
    text    TEXT    NOT NULL,
    PRIMARY KEY (sesh_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE dabs (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    device_id       INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    -- NULL: alone.
    sesh_id         INTEGER REFERENCES seshes (id) ON DELETE SET NULL,
    -- When it reached its temperature.
    at_ms           INTEGER NOT NULL,
    -- When it began to heat: what the recorder names it by. NULL: not seen, only read from the log.
    live_began_ms   INTEGER,
    -- Index and raw time of its entry in the device's log. NULL: not read from the log.
    log_index       INTEGER,
    log_stamp       INTEGER,
    profile_slot    INTEGER,
    profile_name    TEXT,
    target_c        REAL,
    peak_c          REAL,
    time_to_temp_ms INTEGER,
    held_ms         INTEGER,
    boosts          INTEGER NOT NULL DEFAULT 0,
    ending          TEXT    NOT NULL
        CHECK (ending IN ('unknown', 'completed', 'stopped', 'faulted', 'link_lost')),
    UNIQUE (device_id, live_began_ms),
    UNIQUE (device_id, log_index, log_stamp),
    CHECK ((log_index IS NULL) = (log_stamp IS NULL)),
    CHECK (live_began_ms IS NOT NULL OR log_index IS NOT NULL)
) STRICT;

CREATE INDEX dabs_by_at ON dabs (at_ms, id);
CREATE INDEX dabs_by_device ON dabs (device_id, at_ms);
CREATE INDEX dabs_by_sesh ON dabs (sesh_id);

-- Dabs that were deleted, so that reading the device's log again does not bring them back. Of each, only this.
CREATE TABLE deleted_dabs (
    device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    at_ms     INTEGER NOT NULL,
    log_index INTEGER,
    log_stamp INTEGER
) STRICT;

CREATE INDEX deleted_dabs_by_device ON deleted_dabs (device_id, at_ms);

-- Nothing from before this moment is taken from a device's log: it was deleted.
CREATE TABLE log_floors (
    -- SHA-256 of the device's key; empty: every device.
    device    BLOB    NOT NULL PRIMARY KEY,
    before_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recent_groups (
    gateway_url TEXT    NOT NULL,
    -- An invitation: nowhere else in this file.
    code        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    last_ms     INTEGER NOT NULL,
    PRIMARY KEY (gateway_url, code)
) STRICT, WITHOUT ROWID;
