"""What is printed: receipts, letters and their codes, spreadsheets. Nothing is printed yet; it comes with the desk."""
