"""What the census does not ask, drawn by stated rules: the Big Five, core values, quirks, mannerisms. No Django."""
