"""What a written name tells: a display name becomes a person's possible names, or "not a person"."""
