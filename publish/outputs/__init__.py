"""Outputs of researchers' own analyses, checked before they leave: against each other, the register, and everything that was released.
May import tables, disclosure, and publish's store, review, sets, terminal, commands, processing and own_tables/inputs."""
