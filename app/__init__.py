"""The edges and the story: web, command line, jobs, settings, wiring."""
