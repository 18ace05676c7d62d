print("kept: only the ignore file of the root counts")
