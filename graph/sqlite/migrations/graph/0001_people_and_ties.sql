-- Supporters, what they brought, what is believed of it, and what happened. Instants are microseconds since 1970, UTC.
-- Erasures name every table in order; the foreign keys refuse one that forgets a table.

CREATE TABLE supporter (
  supporter_id TEXT NOT NULL PRIMARY KEY,
  display_name TEXT NOT NULL,
  email        TEXT NOT NULL,
  phone        TEXT NOT NULL,
  postal_code  TEXT NOT NULL,
  organizer_id TEXT NOT NULL,
  created_at   INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
  supporter_id      TEXT NOT NULL REFERENCES supporter,
  contact_key       TEXT NOT NULL,
  source            TEXT NOT NULL,
  position          INTEGER NOT NULL,
  sealed_details    BLOB NOT NULL,
  relationship_type TEXT NOT NULL,
  tie_strength      REAL,
  PRIMARY KEY (supporter_id, contact_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE voter (
  state     TEXT NOT NULL,
  voter_id  TEXT NOT NULL,
  precinct  TEXT NOT NULL,
  city      TEXT NOT NULL,
  household TEXT NOT NULL,
  PRIMARY KEY (state, voter_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE match (
  supporter_id TEXT NOT NULL,
  contact_key  TEXT NOT NULL,
  status       TEXT NOT NULL,
  reason       TEXT NOT NULL,
  PRIMARY KEY (supporter_id, contact_key),
  FOREIGN KEY (supporter_id, contact_key) REFERENCES contact
) STRICT, WITHOUT ROWID;

-- place 0 is the best; that of an automatic or confirmed match is the voter the contact is taken for
CREATE TABLE candidate (
  supporter_id      TEXT NOT NULL,
  contact_key       TEXT NOT NULL,
  place             INTEGER NOT NULL,
  state             TEXT NOT NULL,
  voter_id          TEXT NOT NULL,
  match_probability REAL NOT NULL,
  reasons           TEXT NOT NULL,
  PRIMARY KEY (supporter_id, contact_key, place),
  FOREIGN KEY (supporter_id, contact_key) REFERENCES match
) STRICT, WITHOUT ROWID;

CREATE INDEX candidate_by_voter ON candidate (state, voter_id);

CREATE TABLE ask (
  supporter_id   TEXT NOT NULL,
  rank           INTEGER NOT NULL,
  contact_key    TEXT NOT NULL,
  state          TEXT NOT NULL,
  voter_id       TEXT NOT NULL,
  kind           TEXT NOT NULL,
  expected_votes REAL NOT NULL,
  reason         TEXT NOT NULL,
  factors        TEXT NOT NULL,
  PRIMARY KEY (supporter_id, rank, contact_key),
  FOREIGN KEY (supporter_id, contact_key) REFERENCES contact
) STRICT, WITHOUT ROWID;

CREATE INDEX ask_by_contact ON ask (supporter_id, contact_key);
CREATE INDEX ask_by_voter ON ask (state, voter_id);

CREATE TABLE event (
  event_id     INTEGER PRIMARY KEY,
  supporter_id TEXT NOT NULL REFERENCES supporter,
  contact_key  TEXT,
  kind         TEXT NOT NULL,
  at           INTEGER NOT NULL,
  state        TEXT,
  voter_id     TEXT,
  is_shared    INTEGER NOT NULL,
  FOREIGN KEY (supporter_id, contact_key) REFERENCES contact
) STRICT;

CREATE UNIQUE INDEX event_once
  ON event (supporter_id, at, kind, ifnull(contact_key, ''), ifnull(state, ''), ifnull(voter_id, ''), is_shared);
CREATE INDEX event_by_time ON event (at);
CREATE INDEX event_by_contact ON event (supporter_id, contact_key);
CREATE INDEX event_by_voter ON event (state, voter_id) WHERE voter_id IS NOT NULL;
