"""What lobby, workers and clients agree on. Imports inside point down: protocol < rules < room < wire < store."""
