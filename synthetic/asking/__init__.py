"""What models are asked to make personas and preference pairs, and how their answers are read. No Django."""
