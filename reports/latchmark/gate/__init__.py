"""Did a change make it worse? Measures two sides in stages and decides."""
