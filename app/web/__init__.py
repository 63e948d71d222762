"""The pages: parse a request, call the journey, render."""
