"""Is a run worse than a stored one of the same machine?"""
