"""How are stretches of rounds measured, and what of them counts? Plans, processes, pairs and voids."""
