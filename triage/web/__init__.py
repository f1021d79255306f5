"""The back office's pages: what a request means, and which page answers it. Decides nothing about cases."""
