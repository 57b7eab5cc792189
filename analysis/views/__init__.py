"""The pages of results, under /studies/<study>/agreement/."""
