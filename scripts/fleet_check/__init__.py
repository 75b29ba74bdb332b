"""Hosts that are played on this machine, and what is asked of a fleet on them."""
