"""Code pages of old hosts: their text, their numbers, and whether the table fits the letters."""
