"""The commands of ``kith``, one file for each noun."""
