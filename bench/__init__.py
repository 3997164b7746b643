"""Measurements against other servers, run by hand (bench/README.md). Not part of what is installed or tested."""
