"""Contact providers: one file each, data first."""
