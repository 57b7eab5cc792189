"""Other people's persona files in our form. No Django."""
