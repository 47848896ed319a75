"""Every parameter of the model, declared once: default, unit, bounds, meaning, source."""
