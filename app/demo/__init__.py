"""The demo: an invented town, and a small address-book provider that belongs to it."""
