"""Makes the reader's weights: prepare, train, calibrate, export, check. Nothing imports this package."""

from index.offline import stay_offline

stay_offline()
