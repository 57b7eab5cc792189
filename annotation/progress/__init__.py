"""What a study's page says about how it fills: counts, the seat grid, who needs a look. Reads only."""
