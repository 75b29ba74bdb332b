"""What happened over time on one machine? Its runs in order, their steps, and an index of them."""
