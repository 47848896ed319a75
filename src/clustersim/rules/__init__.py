"""The rules: one function for one thing that happens in a month; see month.py for their order."""
