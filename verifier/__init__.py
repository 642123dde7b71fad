"""Sygnet's verifier: what "genuine" means, decided offline and by nothing else of ours."""
