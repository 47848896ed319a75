"""What a study asks: its arms, its factors, its points, and from them the plan of all runs."""
