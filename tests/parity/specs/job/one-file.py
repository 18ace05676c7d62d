print("a code snapshot of one file")
