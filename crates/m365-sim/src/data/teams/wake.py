def wake_loss(upstream, distance, diameter):
    """Jensen's model, k = 0.04 offshore."""
    ratio = diameter / (diameter + 2 * 0.04 * distance)
    return upstream * (2 / 3) * ratio ** 2
print(wake_loss(9.4, 1200, 190))
