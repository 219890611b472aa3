"""The commands of the console script, a file for each group of them; etl/cli.py lists them."""
