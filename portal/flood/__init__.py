"""Flood control without identity: who has waited or worked goes before who has shown nothing, and nobody is known (P6, A6)."""
