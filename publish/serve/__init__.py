"""The server of published tables: OData v4 and v3, bulk files, an API of its own, and the viewer."""
