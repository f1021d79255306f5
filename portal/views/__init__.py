"""The portal's pages. Each view reads the visit, asks the domain, and picks a template; none knows cryptography or SQL."""
