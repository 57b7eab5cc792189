"""The bundle: a study's data, settings and headline numbers in one folder, with a script that checks them."""
