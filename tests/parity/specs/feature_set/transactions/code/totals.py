class Totals:
    """Sums of the last days."""
