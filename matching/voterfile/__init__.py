"""The reader of voter files: a state's or a vendor's layout becomes columns; ballots, history and scores beside it."""
