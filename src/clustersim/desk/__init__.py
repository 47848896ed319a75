"""The policy desk: which help, for how long, paid to whom, for a budget that somebody has to answer for."""
