"""`celwacht processing`: the record of processing, for the data protection officer. May import `tables` and the screen."""
