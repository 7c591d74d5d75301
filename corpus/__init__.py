"""The community handbook and how a file becomes passages; knows nothing of vectors."""
