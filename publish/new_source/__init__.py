"""`celwacht new --source`: reads a file of anybody's register and says what was made of it.

The guesses and the texts are of tables/new_source; here are the files, Parquet too, and the words on the screen.
"""
