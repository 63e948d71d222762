"""The only place that picks adapters: builds the real things from settings."""
