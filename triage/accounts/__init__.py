"""Officers' accounts: passwords, second factors, logins, sessions. Knows no case and no page."""
