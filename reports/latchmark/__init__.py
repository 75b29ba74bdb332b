"""What do the numbers of a run mean? Loading, statistics, findings and pages over run files."""
