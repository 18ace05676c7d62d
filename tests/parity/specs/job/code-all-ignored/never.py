print("ignored")
