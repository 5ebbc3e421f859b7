"""The register of deliveries, and the microdata held against it before anything is counted.

Intake writes it, counting reads it; may import nothing but `tables`.
"""
