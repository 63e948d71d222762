"""Is this friend that voter? Arithmetic on values and arrays; files only in the voter-file reader."""
