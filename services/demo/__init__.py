"""Demo content: a fictional clinic's facts and pages as TOML files, and what loads them."""
