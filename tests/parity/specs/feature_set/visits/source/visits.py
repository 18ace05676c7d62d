class Visits:
    """Visits to one shop."""
