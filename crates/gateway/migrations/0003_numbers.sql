-- Dialects that know only numbers: numbers of people and of channels, channels that are found by their name, and what only
-- one dialect knows of something.

-- At random, so that it tells nothing; at most 2^53 - 1.
ALTER TABLE accounts ADD COLUMN number INTEGER CHECK (number BETWEEN 1 AND 9007199254740991);
UPDATE accounts SET number = 1 + (random() & 9007199254740991) % 9007199254740991;
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);

-- The number that a channel is called by. Whoever knows it may come in, so nobody can guess it.
ALTER TABLE channels ADD COLUMN handle INTEGER CHECK (handle BETWEEN 1 AND 9007199254740991);
UPDATE channels SET handle = 1 + (random() & 9007199254740991) % 9007199254740991;
CREATE UNIQUE INDEX channels_by_handle ON channels (handle);

-- An open community is found by its name by everybody.
ALTER TABLE communities ADD COLUMN open INTEGER NOT NULL DEFAULT 0 CHECK (open IN (0, 1));
CREATE INDEX open_communities ON communities (name, number) WHERE open = 1;

-- A JSON object, or nothing.
ALTER TABLE channels ADD COLUMN extra TEXT;
ALTER TABLE messages ADD COLUMN extra TEXT;
