"""The rights of everybody in the data: to see what is held, to leave, to be left out; and what is kept, whose and how long."""
