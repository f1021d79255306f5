"""Where sealed files lie. Nobody here knows a key or a case."""
