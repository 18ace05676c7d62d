from helper import hello

print(hello("parent"))
