"""Voter-file generations as folders of memory-mapped arrays."""
