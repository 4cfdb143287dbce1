"""Formulas: what counts prove, one module a formula."""
