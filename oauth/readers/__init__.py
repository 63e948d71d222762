"""Contact files, bytes to records: one file for each format."""
