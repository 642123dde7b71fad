"""What things cost, as ratios to a yardstick measured in the same run (docs/performance.md)."""
