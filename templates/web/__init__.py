"""What both web applications share: strict requests, headers, cookies, errors, serving. Knows no report and no officer."""
