"""The organizers' work: what needs them, whom supporters reach, calls, and what the campaign's experiment says."""
