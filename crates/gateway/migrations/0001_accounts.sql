-- Accounts and their long-lived tokens. Times are milliseconds since 1970-01-01 UTC.
-- Migrations only go forward: what has been released is never edited, a later file changes it.

CREATE TABLE accounts (
    id              TEXT    NOT NULL PRIMARY KEY,
    -- As it was chosen, and folded for comparing: "Ada" and "ada" are the same name.
    username        TEXT    NOT NULL,
    username_folded TEXT    NOT NULL UNIQUE,
    display_name    TEXT,
    email           TEXT,
    avatar_url      TEXT,
    banner_url      TEXT,
    bio             TEXT,
    location        TEXT,
    -- A PHC string with its own salt and parameters. NULL: signs in with tokens only.
    password_hash   TEXT,
    -- Bits: 1 tester, 2 supporter, 4 administrator. Being suspended is a column of its own.
    flags           INTEGER NOT NULL DEFAULT 0,
    suspended       INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
    -- Signed tokens that were issued before this are void.
    signed_after_ms INTEGER NOT NULL DEFAULT 0,
    -- Counts the changes of all accounts, so that a running server finds those that others made.
    revision        INTEGER NOT NULL,
    created_ms      INTEGER NOT NULL,
    updated_ms      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX accounts_by_revision ON accounts (revision);

CREATE TABLE account_tokens (
    -- SHA-256 of the token. The token itself is nowhere: it has 256 random bits, so that is enough.
    hash       BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account_id TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label      TEXT    NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_tokens_by_account ON account_tokens (account_id, created_ms);
