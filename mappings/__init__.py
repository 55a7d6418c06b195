"""What the tables are: layouts, maps, rules and codes, read from data files."""
