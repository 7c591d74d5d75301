"""Passages to a searchable build; alone imports faiss, onnxruntime, sentence-transformers."""
