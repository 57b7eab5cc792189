"""Which prompts a persona gets, and checks of revisions. No Django."""
