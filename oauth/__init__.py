"""Who are you, what did you allow, and which friends did you bring."""
