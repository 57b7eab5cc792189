"""Which prompts are kept, their topics, and their split. No Django."""
