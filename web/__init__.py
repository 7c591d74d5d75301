"""The Litestar app: pages and API. No retrieval or answer logic."""
