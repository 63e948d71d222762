"""Whom to ask first, who should ask, and why. Arithmetic on values and arrays."""
