"""How the runs of a plan are lived: forecast, workers, tasks, tries."""
