"""The work of those who look after a reporter's safety: contacts, who open the protection compartment alone, and holders."""
