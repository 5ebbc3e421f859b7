"""Certificates and their checkers: integers only, no search and no solver; and the protected cube that carries one.

May import `disclosure.model`, and `disclosure.policy` for the policy of a protected cube; whoever doubts a verdict reads this room and the
problems in `disclosure.model`, and no other.
"""
