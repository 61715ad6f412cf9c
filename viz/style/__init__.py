"""How pictures look: colours, scales, numerals, lettering, and labels made safe to show."""
