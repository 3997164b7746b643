"""Decisions: facts and the time go in, effects or values come out. No I/O, no clock, no dice."""
