"""What custodians do: they hold no case, and answer letters about one. The one place where a name is opened."""
