print("kept: .gitignore is not read next to .amlignore")
