"""One object per report, from which its page, its figure and its file are made, so that they cannot differ."""
