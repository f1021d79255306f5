"""The public web application: what a reporter sees. It may not know officers' private keys nor the back office."""
