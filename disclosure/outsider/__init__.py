"""An attacker of its own over everything that was published: figures, specifications and policies in, intervals and recipes out. It is the judge of
`intruder/sets`, of the repairs made with it and of the sets that pass the gate, and shares no code with any of them: only the readers of
specifications (`tables`) and the door to HiGHS are the same."""
