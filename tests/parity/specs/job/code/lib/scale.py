def scale(n, factor=3):
    return n * factor
