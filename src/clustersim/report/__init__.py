"""What people look at: tables, figures, and the one self-contained page."""
