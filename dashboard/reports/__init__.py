"""Reports that are made again and again: declared kinds, their composition, the register, the schedule.

declared/*.toml  which views, which blocks, which topics, in which order
kinds.py       reads and checks them
compose.py     kind + organisation + period + release -> Report
register.py    the append-only register of what was made
making.py      Report -> files in a folder, and the entry in the register
schedule.py    what is due, and what of it has been made already
"""
