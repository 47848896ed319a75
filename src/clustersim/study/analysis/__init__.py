"""What the runs of a study say: tables, contrasts, sensitivity, figures, SQL."""
