"""The embedded default: SQLite through apsw."""
