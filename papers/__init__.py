"""What is printed: codes for now; receipts, letters and spreadsheets come later."""
