"""The folder of a study: nothing that was saved is ever lost, and nothing damaged is ever read."""
