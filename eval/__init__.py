"""Measures search and answers with test questions; uses only public names of the layers below."""
