"""What both web applications share: pages, styles, headers, form decoding and the server. It knows no domain."""
