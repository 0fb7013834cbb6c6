"""The wire of existing clients: the public ``datalab-api`` and scripts written for its server.

Each route translates a request, makes one call to a service, and translates the answer back. The
envelopes, verbs and field names here are those clients' and stand nowhere else.
"""
