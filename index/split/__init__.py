"""Documents into sentences, and sentences into chunks that fit every model."""
