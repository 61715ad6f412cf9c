"""How pictures look: colours, scales, numerals, letters, labels that can do no harm."""
