"""What networks are put together from; none of these is a network."""
