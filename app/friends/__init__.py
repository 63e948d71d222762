"""A supporter and her friends: those she brings, those who are found, the few chosen for her, and what she writes to them."""
