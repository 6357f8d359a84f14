-- Communities, their channels, and what is said in them. Times are milliseconds since 1970-01-01 UTC.

CREATE TABLE communities (
    -- Counts up; orders, and names a community where a dialect knows only numbers.
    number      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    description TEXT,
    icon_url    TEXT,
    -- NULL: nobody's, as the community of a sesh that somebody without an account owns.
    owner_id    TEXT    REFERENCES accounts (id) ON DELETE SET NULL,
    -- The code of the sesh group that this is the community of.
    sesh        TEXT    UNIQUE,
    created_ms  INTEGER NOT NULL,
    updated_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE community_members (
    community  INTEGER NOT NULL REFERENCES communities (number) ON DELETE CASCADE,
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    nickname   TEXT,
    joined_ms  INTEGER NOT NULL,
    PRIMARY KEY (community, account_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX community_members_by_account ON community_members (account_id, community);

CREATE TABLE community_bans (
    community  INTEGER NOT NULL REFERENCES communities (number) ON DELETE CASCADE,
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    by_id      TEXT    REFERENCES accounts (id) ON DELETE SET NULL,
    reason     TEXT,
    banned_ms  INTEGER NOT NULL,
    PRIMARY KEY (community, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE channels (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    community  INTEGER NOT NULL REFERENCES communities (number) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('text', 'voice')),
    position   INTEGER NOT NULL,
    topic      TEXT,
    category   TEXT,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX channels_by_community ON channels (community, position);

CREATE TABLE messages (
    number      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    channel     INTEGER NOT NULL REFERENCES channels (number) ON DELETE CASCADE,
    -- NULL: a guest of a sesh, or an account that is gone.
    author_id   TEXT    REFERENCES accounts (id) ON DELETE SET NULL,
    -- The author's name when it was said.
    author_name TEXT    NOT NULL,
    -- Empty once it is deleted: what is deleted is gone.
    content     TEXT    NOT NULL,
    reply_to    TEXT,
    created_ms  INTEGER NOT NULL,
    edited_ms   INTEGER,
    deleted     INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1))
) STRICT;

CREATE INDEX messages_by_channel ON messages (channel, number);

-- What people say of themselves. Whether they are there at all is known to the running gateway only.
CREATE TABLE profiles (
    account_id    TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    custom_status TEXT
) STRICT, WITHOUT ROWID;
