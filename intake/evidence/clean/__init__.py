"""The cleaners, one module for each family of formats. They run inside the sandbox only; ``engine`` is the one way in."""
