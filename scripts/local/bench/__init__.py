"""What the benchmarks measure, on warehouses of made-up contacts that they make and remove."""
