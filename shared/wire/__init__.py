"""Bytes: msgpack frames, parts and signed tokens. Third-party packages are allowed here, sockets are not."""
