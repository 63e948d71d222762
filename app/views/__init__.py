"""What pages show: one typed value for each page, made by the journey, read by a template. Never a store."""
