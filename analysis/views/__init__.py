"""The pages of results, under /studies/<study>/results/."""
