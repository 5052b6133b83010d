"""Makes the reader's weights: prepare, train, calibrate, export, check. Nothing imports this package."""
