"""Tables on request: through the same gate as any other, held against all that was published before; what a customer got counts as published. May import
tables, disclosure, and publish's publication, gate, store, review, sets, preview, processing, terminal and commands; no room but the command line may import it."""
