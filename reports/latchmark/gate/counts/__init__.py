"""Which counts are gated, by which rule, and which readings explain a slowdown?"""
