"""Studies: designed experiments that survive anything, and what they say."""
