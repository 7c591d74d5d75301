"""A question to a cited answer; settings and commands. Knows nothing of HTTP."""
