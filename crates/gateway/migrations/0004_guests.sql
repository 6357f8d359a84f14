-- Guests: accounts that the gateway makes for members of a sesh who have none, so that they can speak in its voice room. They
-- have no password and no tokens that last, are in the community of that group only, and go with the membership, or with the
-- gateway.

-- The code of the group; NULL: an account of its own. The revisions of guests are negative: nobody changes them, and the last
-- revision of the others must not come again when a guest goes.
ALTER TABLE accounts ADD COLUMN guest_of TEXT;
