PRAGMA application_id = 1212707700;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
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
CREATE TABLE deleted_dabs (
    device_id INTEGER NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    at_ms     INTEGER NOT NULL,
    log_index INTEGER,
    log_stamp INTEGER
) STRICT;
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
CREATE INDEX seshes_by_began ON seshes (began_ms, id);
CREATE INDEX dabs_by_at ON dabs (at_ms, id);
CREATE INDEX dabs_by_device ON dabs (device_id, at_ms);
CREATE INDEX dabs_by_sesh ON dabs (sesh_id);
CREATE INDEX deleted_dabs_by_device ON deleted_dabs (device_id, at_ms);
INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) VALUES (1, 'history', '2026-11-21 18:31:25', 1, X'C54FEAF50DB7A12B508F924BD7D2D3551270442F55EDFF5CA9F594ADC446C772739C7A35166DC805627610272ED49B18', 6718386);
INSERT INTO devices (id, key, name, model, seen_ms) VALUES (1, 'ember', 'Ember', 'Peak Pro', 1795280645000);
INSERT INTO seshes (id, key, gateway, group_name, number, began_ms, known_ms, ended_ms, skew_ms, cut_short) VALUES (1, 1795194245000, 'puff.social', 'Friday', 15, 1795194245000, 1795194335000, 1795194335000, 84, 0);
INSERT INTO seshes (id, key, gateway, group_name, number, began_ms, known_ms, ended_ms, skew_ms, cut_short) VALUES (2, 1795280585000, 'puff.social', 'Open', 15, 1795280585000, 1795280675000, NULL, 84, 0);
INSERT INTO members (sesh_id, n, name, color, own, model, target_c, began_after_ms, time_to_temp_ms, peak_c, excluded, curve) VALUES (1, 0, 'Me', '#ff8a3d', 1, 'Proxy', 283.1, 40, 21500, 286.4, 0, X'0100F403FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA012AFA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102');
INSERT INTO members (sesh_id, n, name, color, own, model, target_c, began_after_ms, time_to_temp_ms, peak_c, excluded, curve) VALUES (1, 1, 'Mika', '#ff8a3d', 0, 'Proxy', 283.1, 40, 21500, 286.4, 0, X'0100F403FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA013EFA013EFA013EFA0134FA013EFA012AFA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102FA0107FA0102FA0102FA0102FA0102');
INSERT INTO members (sesh_id, n, name, color, own, model, target_c, began_after_ms, time_to_temp_ms, peak_c, excluded, curve) VALUES (2, 0, 'Me', '#ff8a3d', 1, 'Proxy', 283.1, 40, 21500, 286.4, 0, X'0100F403FA013EFA013EFA013E');
INSERT INTO lines (sesh_id, n, at_ms, kind, name, color, own, text) VALUES (1, 0, 1795194245000, 'reaction', 'Mika', NULL, 0, '🔥');
INSERT INTO lines (sesh_id, n, at_ms, kind, name, color, own, text) VALUES (1, 1, 1795194246000, 'message', 'Mika', NULL, 0, 'it''s warm');
INSERT INTO dabs (id, device_id, sesh_id, at_ms, live_began_ms, log_index, log_stamp, profile_slot, profile_name, target_c, peak_c, time_to_temp_ms, held_ms, boosts, ending) VALUES (1, 1, 1, 1795194266500, 1795194244500, 6, 1795194266, 1, 'Low', 283.1, 288.8, 21640, 44900, 1, 'completed');
INSERT INTO dabs (id, device_id, sesh_id, at_ms, live_began_ms, log_index, log_stamp, profile_slot, profile_name, target_c, peak_c, time_to_temp_ms, held_ms, boosts, ending) VALUES (2, 1, NULL, 1795107845000, NULL, 5, 1795107845, 1, NULL, 283.0, 288.8, 21640, 44900, 1, 'completed');
INSERT INTO deleted_dabs (device_id, at_ms, log_index, log_stamp) VALUES (1, 1795021445000, 7, 1795021445);
INSERT INTO log_floors (device, before_ms) VALUES (X'283BB9DEEF02E6843ABFB538EFA1ECA70801BD8A701C3F98191E123496339247', 1795194245000);
INSERT INTO recent_groups (gateway_url, code, name, last_ms) VALUES ('wss://puff.social', 'q7xk2m', 'Friday', 1795280645000);
