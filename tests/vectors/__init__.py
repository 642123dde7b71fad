"""Fixed keys, and what is made with them: token vectors and small sealed PDFs."""
