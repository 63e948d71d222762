-- Records with versions, and append-only streams. Values are JSON; instants are microseconds since 1970, UTC.

CREATE TABLE record (
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  value      TEXT NOT NULL,
  version    INTEGER NOT NULL,
  expires_at INTEGER,
  -- the instant from which a worker may take it: when it is due, or when another worker's lease runs out
  ready_at   INTEGER,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_ready ON record (kind, ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX record_expiry ON record (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE entry (
  stream   TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (stream, sequence)
) STRICT, WITHOUT ROWID;
