"""What an officer sees of other people's cases: duties, dates and figures. It opens no case and knows no content."""
